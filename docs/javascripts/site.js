// Names that the theme leaves out or gives against what is shown: of the dialog of its search, and of the button that shows
// the version, which comes when the list of versions was fetched.
for (const dialog of document.querySelectorAll('.md-search[role="dialog"]')) {
  dialog.setAttribute('aria-label', dialog.querySelector('input')?.getAttribute('aria-label') ?? 'Search')
}

function nameVersions() {
  for (const button of document.querySelectorAll('.md-version__current')) {
    const [name, shown] = [button.getAttribute('aria-label') ?? '', button.textContent.trim()]
    if (!name.includes(shown)) button.setAttribute('aria-label', `${shown}, ${name}`)
  }
}

const header = document.querySelector('.md-header')
if (header) new MutationObserver(nameVersions).observe(header, { childList: true, subtree: true })

// Boxes that scroll are reached by the keyboard: the theme puts tables into such boxes, once it has run.
addEventListener('load', () => {
  for (const box of document.querySelectorAll('.md-typeset__scrollwrap')) {
    if (box.scrollWidth <= box.clientWidth) continue
    box.tabIndex = 0
    box.setAttribute('role', 'region')
    box.setAttribute('aria-label', 'A table that scrolls')
  }
})
