#!/bin/sh
# Takes the digest of the rows of a release from the record's files, by what docs/releases.md says and nothing else.
# Usage: rows_digest.sh FOLDER LABEL
set -eu
export LC_ALL=C
for table in sources statements claims breaks discrepancies; do
  awk -F , -v table="$table" -v label="$2" '
    NR > 1 && $(NF - 4) <= label && ($(NF - 3) == "" || label < $(NF - 3)) {
      sub(/,[^,]*,[^,]*,[^,]*,[^,]*,[^,]*$/, "")              # from_release, to_release, corrects, why, withdrawn
      if (table !~ /^(breaks|discrepancies)$/) sub(/,[^,]*$/, "")  # readings
      print table "," $0
    }' "$1/$table.csv"
done | sort | sha256sum | cut -d " " -f 1
