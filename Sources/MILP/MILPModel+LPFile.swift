/// Text for bug reports.
///
/// Readers of LP files round coefficients, so this text is for people and for solver developers;
/// no solver is ever fed from it here.
extension MILPModel {
  /// The model in the LP format of CPLEX, with columns `x0…` and rows `r0…`.
  public var lpFileText: String {
    var lines = [sense == .minimize ? "Minimize" : "Maximize"]
    lines.append(" objective: " + Self.text(of: objectiveTerms))
    lines.append("Subject To")
    for (index, row) in rows.enumerated() { lines += Self.lines(of: row, named: "r\(index)") }
    lines.append("Bounds")
    for (index, column) in columns.enumerated() {
      lines.append(" \(column.lower) <= x\(index) <= \(column.upper)")
    }
    let integers = columns.indices.filter { columns[$0].isInteger }
    if !integers.isEmpty {
      lines.append("Generals")
      lines += integers.map { " x\($0)" }
    }
    lines.append("End")
    return lines.joined(separator: "\n") + "\n"
  }

  private var objectiveTerms: [MILPTerm] {
    objective.indices.filter { objective[$0] != 0 }.map { MILPTerm(objective[$0], column: $0) }
  }

  private static func lines(of row: MILPRow, named name: String) -> [String] {
    let sum = text(of: row.terms)
    if row.lower == row.upper { return [" \(name): \(sum) = \(row.upper)"] }
    var lines: [String] = []
    if row.lower.isFinite { lines.append(" \(name)_lower: \(sum) >= \(row.lower)") }
    if row.upper.isFinite { lines.append(" \(name)_upper: \(sum) <= \(row.upper)") }
    return lines
  }

  /// An LP file cannot hold an empty sum, so that is written as `0 x0`.
  private static func text(of terms: [MILPTerm]) -> String {
    guard !terms.isEmpty else { return "0 x0" }
    return terms.map { term in
      "\(term.coefficient < 0 ? "-" : "+") \(term.coefficient.magnitude) x\(term.column)"
    }.joined(separator: "\n    ")
  }
}
