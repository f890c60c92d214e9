// Waits until something with this role and this name is on the page, and this text is in it, and hands it over; or nothing,
// where that has not come in time. Chromium itself tells roles and names, as it tells them to assistive technology
// (`ComputedAccessibilityInfo`). A role of null is the whole page, a text of null any text.
//
// What is to be used is made ready for it: "click" waits until a mouse would hit it, "focus" gives it the focus, "fill"
// chooses all that is in it besides, so that what is typed takes its place.
const [role, name, text, use, time] = arguments;
if (!("computedName" in document.documentElement)) throw new Error("this Chromium has no ComputedAccessibilityInfo");

// What may have a name, or a role that tests ask for: the browser computes both only for these.
const NAMED = "a, button, input, output, select, textarea, h1, h2, h3, table, ul, [role], [aria-label], [aria-labelledby]";

const isUsable = (element) => !element.disabled && element.ariaDisabled !== "true";
const isIt = (element) =>
    element.computedRole === role && element.computedName === name && element.checkVisibility() && (use === null || isUsable(element));
const candidates = () => (role === null ? [document.body] : [...document.querySelectorAll(NAMED)].filter(isIt));
const found = () => candidates().find((element) => element && (text === null || element.innerText.includes(text)));

// Whether nothing else lies over its middle.
function isHit(element) {
    element.scrollIntoView({ block: "nearest", inline: "nearest" });
    const { x, y, width, height } = element.getBoundingClientRect();
    return element.contains(document.elementFromPoint(x + width / 2, y + height / 2));
}

function isReady(element) {
    if (use === "click") return isHit(element);
    if (use === null) return true;
    element.focus();
    if (use === "fill") element.select();
    return document.activeElement === element;
}

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
        if (element && isReady(element)) finish(element);
    }

    observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
    look();
});
