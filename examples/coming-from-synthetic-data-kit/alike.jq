# Of questions that are nearly the same, the first: jq -cs --argjson at 0.8 -f alike.jq pairs.jsonl
# Two are alike where the words that they share are at least such a part of all their words (Jaccard's index). Every row is
# held against every other that stays, which is seconds for some thousands.
def words: .question | ascii_downcase | [scan("\\w+")] | unique;
def part($one; $other): ($one + $other | unique | length) as $all
  | if $all == 0 then 0 else ($one - ($one - $other) | length) / $all end;

reduce .[] as $row ([];
  ($row | words) as $words
  | if any(.[]; part(.words; $words) >= $at) then . else . + [{$words, $row}] end)
| .[].row
