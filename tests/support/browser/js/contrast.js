// The texts that are seen on the page, each with the contrast to what is behind it (WCAG 2, "contrast ratio").
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

// Any colour of CSS as red, green, blue and how opaque it is.
function parse(colour) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
}

function over([r, g, b, a], [below_r, below_g, below_b]) {
    const mix = (above, below) => above * a + below * (1 - a);
    return [mix(r, below_r), mix(g, below_g), mix(b, below_b), 1];
}

function luminance([r, g, b]) {
    const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

// What is behind everything, which depends on the colours that the person wishes for.
function ground() {
    const probe = document.body.appendChild(document.createElement("div"));
    probe.style.backgroundColor = "Canvas";
    const colour = parse(getComputedStyle(probe).backgroundColor);
    probe.remove();
    return colour;
}

const bottom = ground();

function behind(element) {
    if (!element) return bottom;
    const own = parse(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, behind(element.parentElement));
}

function contrast(element) {
    const below = behind(element);
    const [light, dark] = [luminance(over(parse(getComputedStyle(element).color), below)), luminance(below)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
}

const ownText = (element) => [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data.trim()).join(" ").trim();
const isSeen = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && element.getClientRects().length > 0;
return [...document.body.querySelectorAll("*")]
    .filter((element) => ownText(element) && isSeen(element) && !element.disabled && !element.closest("svg, script, style, [aria-disabled=true]"))
    .map((element) => [ownText(element).slice(0, 60), contrast(element)]);
