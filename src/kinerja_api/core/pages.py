"""What each problem means, offline: ``/problems`` as JSON, ``/problems/{code}`` to read."""

from html import escape
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from kinerja_api.core.i18n import LANGUAGES, Language, problem_text
from kinerja_api.core.problems import Problem, ResourceNotFound

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "public, max-age=3600",
}
_PAGE = Template("""\
<!DOCTYPE html>
<html lang="id">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$code</title>
</head>
<body>
<h1><code>$code</code> · HTTP $status</h1>
$texts
<p><a href="../problems">/problems</a></p>
</body>
</html>
""")
_TEXT = Template("""\
<section lang="$language">
<h2>$title</h2>
<p>$detail</p>
</section>""")


def problem_routes() -> list[BaseRoute]:
    """Return the routes of the problem pages."""
    return [
        Route("/problems", _index, include_in_schema=False),
        Route("/problems/{code}", _page, include_in_schema=False),
    ]


async def _index(request: Request) -> Response:
    language: Language = request.scope["state"]["language"]
    found = [_entry(code, language) for code in sorted(Problem.registry)]
    headers = {"Content-Language": language, "Vary": "Accept-Language"}
    return JSONResponse({"problems": found}, headers=headers)


def _entry(code: str, language: Language) -> dict[str, object]:
    title, detail = problem_text(code, language, {})
    return {
        "type": f"/problems/{code}",
        "code": code,
        "status": Problem.registry[code].status,
        "title": title,
        "detail": detail,
    }


async def _page(request: Request) -> Response:
    code = str(request.path_params["code"])
    problem = Problem.registry.get(code)
    if problem is None:
        raise ResourceNotFound
    texts: list[str] = []
    for language in LANGUAGES:
        title, detail = problem_text(code, language, {})
        texts.append(
            _TEXT.substitute(language=language, title=escape(title), detail=escape(detail))
        )
    html = _PAGE.substitute(code=escape(code), status=problem.status, texts="\n".join(texts))
    return HTMLResponse(html, headers=_HEADERS)
