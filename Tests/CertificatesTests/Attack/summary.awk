# Sums up the lines that attack suites print, and fails if one of them shows a fault.
#
#   attack NAME seed S: N tried, A accepted and true, F accepted and false,
#   second checker agrees on M and names the same rule for R

/^attack .* seed / {
  name = $2
  sub(/,$/, "", name)
  t = a = f = m = r = 0
  for (i = 1; i <= NF; i++) {
    if ($i == "tried,") t = $(i - 1)
    if ($i == "and" && $(i + 1) == "true,") a = $(i - 2)
    if ($i == "and" && $(i + 1) == "false,") f = $(i - 2)
    if ($i == "agrees") m = $(i + 2)
    if ($i == "rule") r = $(i + 2)
  }
  if (!(name in tried)) names[++count] = name
  tried[name] += t; true[name] += a; wrong[name] += f; agreed[name] += m; same[name] += r
}

END {
  format = "%-28s %9s %9s %9s %9s %9s\n"
  printf format, "suite", "tried", "true", "FALSE", "agreed", "same rule"
  for (i = 1; i <= count; i++) {
    name = names[i]
    printf format, name, tried[name], true[name], wrong[name], agreed[name], same[name]
    T += tried[name]; A += true[name]; F += wrong[name]; M += agreed[name]; R += same[name]
  }
  printf format, "all", T + 0, A + 0, F + 0, M + 0, R + 0
  if (T == 0 || F > 0 || M != T) {
    print "attack: something false was accepted, or the checkers disagree, or nothing ran"
    exit 1
  }
}
