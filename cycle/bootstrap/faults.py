"""What can go wrong before the program runs, said in both languages because no language is chosen yet."""

SENTENCES: dict[str, tuple[str, str]] = {
    "wheelhouse_blank": (
        "--wheelhouse 后面要写一个文件夹。",
        "--wheelhouse needs a folder after it.",
    ),
    "wheelhouse_missing": (
        "离线安装包文件夹不存在:{path}",
        "The wheelhouse folder does not exist: {path}",
    ),
    "group_unknown": (
        "没有这一组依赖:{group}。可选:{known}。",
        "There is no lock file for {group}. Known: {known}.",
    ),
    "pip_missing": (
        "lock 文件夹中应当恰有一个 pip-*.whl 及其 .sha256 校验文件,请重新解压完整的程序包。",
        "The lock folder must hold exactly one pip-*.whl and its .sha256; unpack the whole archive again.",
    ),
    "pip_damaged": (
        "{name} 与其校验值不符,未予使用。请重新解压完整的程序包。",
        "{name} does not match its checksum and was not used. Unpack the whole archive again.",
    ),
    "folder_unwritable": (
        "无法在 {path} 中写入({reason})。首次运行要在程序所在文件夹中建立 .venv,请换用可写的文件夹或账户。",
        "Cannot write in {path} ({reason}). The first run makes .venv beside the program: use a folder and "
        "an account that may write there.",
    ),
    "venv_missing": (
        "这个 Python 缺少标准库模块 venv({python})。请安装完整的 python3。",
        "This Python lacks the standard module venv ({python}). Install the complete python3.",
    ),
    "environment_foreign": (
        "{path} 不是本程序建立的,其中的 Python 也不是当前这一个。请把它移走后重试。",
        "{path} was not made by this program and its Python is not this one. Move it away and try again.",
    ),
    "environment_failed": (
        "无法建立运行环境 {path}:{reason}",
        "The environment {path} could not be made: {reason}",
    ),
    "install_failed": (
        "运行环境没有装好。若网络不通,请设置 PIP_INDEX_URL 指向可用的软件包镜像;\n"
        "不能上网的机器,先在联网的同类机器上执行\n"
        "  {download}\n"
        "再把 wheelhouse 文件夹拷来,加上 --wheelhouse wheelhouse 重试。完整日志:{log}",
        "The environment could not be installed. If the network is in the way, set PIP_INDEX_URL to a\n"
        "package index you can reach; for a machine without one, run on a connected one of the same kind\n"
        "  {download}\n"
        "copy the folder here and add --wheelhouse wheelhouse. The whole log: {log}",
    ),
    "tests_missing": (
        "测试只随源码提供,不在安装包内。",
        "The tests come with the source, not with the installed package.",
    ),
}


class Fault(Exception):
    """Why the program cannot start: a code of `SENTENCES`, its data, an exit status and a log tail."""

    def __init__(self, code: str, *, status: int = 1, detail: str = "", **data: str) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.detail = detail
        self.data = data

    def text(self) -> str:
        """Return the log tail, then the Chinese and the English sentence, each on lines of its own."""
        chinese, english = (sentence.format(**self.data) for sentence in SENTENCES[self.code])
        return "\n".join(part for part in (self.detail, chinese, english) if part) + "\n"
