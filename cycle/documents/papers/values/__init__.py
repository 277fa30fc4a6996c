"""What each paper says, as plain values in Chinese, gathered from the read models: one module a paper."""
