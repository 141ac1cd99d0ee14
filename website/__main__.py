"""`python -m website` writes the files of the site that follow from the record; `mkdocs build` does so by itself."""

from website.make import files, write

if __name__ == "__main__":
    changed = write(files())
    print(f"{len(changed)} files of docs/ written or deleted")
