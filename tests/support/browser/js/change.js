// Waits until the page changes, or for as long as it takes to see what is no change of it: a moment.
const [moment] = arguments;
return new Promise((resolve) => {
    const observer = new MutationObserver(finish);
    const end = setTimeout(finish, moment);

    function finish() {
        observer.disconnect();
        clearTimeout(end);
        resolve();
    }

    observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
});
