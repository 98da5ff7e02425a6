// Says a text to screen readers: say("Copied.").
export function say(text) {
  const voice = document.getElementById("voice");
  if (!voice) return;
  voice.textContent = "";
  // Emptied first: the same words twice are otherwise not announced again.
  requestAnimationFrame(() => {
    voice.textContent = text;
  });
}
