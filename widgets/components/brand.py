"""The mark: two prints of one picture, slightly apart."""

_MARK = """
  <rect x="3" y="9" width="19" height="19" rx="5" fill="#14665A"/>
  <rect x="10" y="4" width="19" height="19" rx="5" fill="#E39A56" fill-opacity=".92"/>
  <path d="M10 9h12v9a5 5 0 0 1-5 5h-7z" fill="#F6E9DA"/>
"""

ICON = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="32" height="32">{_MARK}</svg>'

LOGO = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 150 32" width="150" height="32">{_MARK}
  <text x="38" y="23" font-family="'Source Serif Pro','Source Serif 4',Georgia,serif" font-size="20"
    font-weight="600" fill="#8A8378">Lookalike</text>
</svg>"""
