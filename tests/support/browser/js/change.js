// Waits until the page changes, or for as long as it takes to see what is no change of it: a moment.
const [moment, done] = arguments;
const observer = new MutationObserver(() => finish());
const timer = setTimeout(() => finish(), moment);
function finish() {
    observer.disconnect();
    clearTimeout(timer);
    done();
}
observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
