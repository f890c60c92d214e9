// Runs in every page before its own scripts: writes down what went wrong in it, for the test to ask.
const troubles = [];
Object.defineProperty(window, "troubles", { value: troubles });
addEventListener("securitypolicyviolation", (event) => troubles.push(`policy: ${event.violatedDirective} ${event.blockedURI}`));
addEventListener("error", (event) => troubles.push(`error: ${event.message ?? event.target?.src}`), true);
addEventListener("unhandledrejection", (event) => troubles.push(`rejection: ${event.reason}`));
