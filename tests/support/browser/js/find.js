// Waits until something with this role and this name is on the page, and this text is in it, and hands it over; or nothing,
// where that has not come in time. Chromium itself tells roles and names, as it tells them to assistive technology
// (`ComputedAccessibilityInfo`). A role of null is the whole page, a text of null any text.
const [role, name, text, mustTakeInput, time] = arguments;
if (!("computedName" in document.documentElement)) throw new Error("this Chromium has no ComputedAccessibilityInfo");

const isUsable = (element) => !element.disabled && element.ariaDisabled !== "true";
const isIt = (element) =>
    element.computedRole === role && element.computedName === name && element.checkVisibility() && (!mustTakeInput || isUsable(element));
const candidates = () => (role === null ? [document.body] : [...document.querySelectorAll("*")].filter(isIt));
const found = () => candidates().find((element) => element && (text === null || element.innerText.includes(text)));

return new Promise((resolve) => {
    const observer = new MutationObserver(look);
    // What changes without a change of the document: what is typed, what is seen.
    const pulse = setInterval(look, 50);
    const end = setTimeout(() => finish(null), time);

    function finish(element) {
        observer.disconnect();
        clearInterval(pulse);
        clearTimeout(end);
        resolve(element);
    }

    function look() {
        const element = found();
        if (element) finish(element);
    }

    observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
    look();
});
