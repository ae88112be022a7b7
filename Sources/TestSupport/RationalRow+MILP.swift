internal import ExactArithmetic
public import MILP

extension RationalRow {
  /// A row of a model as exact rows: one with two different bounds becomes two.
  public static func rows(columnCount: Int, _ row: MILPRow) -> [RationalRow] {
    var coefficients = [Dyadic](repeating: .zero, count: columnCount)
    for term in row.terms { coefficients[term.column] = Dyadic(term.coefficient) }
    if row.lower == row.upper { return [RationalRow(coefficients, .equal, Dyadic(row.lower))] }
    var rows: [RationalRow] = []
    if row.lower.isFinite { rows.append(RationalRow(coefficients, .atLeast, Dyadic(row.lower))) }
    if row.upper.isFinite { rows.append(RationalRow(coefficients, .atMost, Dyadic(row.upper))) }
    return rows
  }
}
