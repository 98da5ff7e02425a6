// What htmx needs to know of this house: the CSRF token on what writes, and a whole page when a log-in has ended.
document.addEventListener("htmx:config:request", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  const request = event.detail.ctx.request;
  if (token && request.method !== "GET") request.headers["X-CSRFToken"] = token;
  if (request.method === "GET" && request.body instanceof FormData) dropEmpty(request.body);
});

// The address of a list says what is asked for and nothing else.
document.addEventListener("formdata", (event) => {
  if (event.target.method === "get") dropEmpty(event.formData);
});

function dropEmpty(data) {
  for (const [name, value] of [...data]) if (value === "") data.delete(name);
}

// A refusal (log-in ended, server busy) never lands inside a list: the page itself is loaded and says so.
document.addEventListener("htmx:before:swap", (event) => {
  const { response } = event.detail.ctx;
  if (response && response.status >= 400) {
    event.preventDefault();
    location.reload();
  }
});
