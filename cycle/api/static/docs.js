// Shows the description of the interface; nothing is asked of any other host.
window.addEventListener("load", () => {
  window.SwaggerUIBundle({
    url: "openapi.json",
    dom_id: "#interface",
    deepLinking: true,
    validatorUrl: null,
    persistAuthorization: false,
  });
});
