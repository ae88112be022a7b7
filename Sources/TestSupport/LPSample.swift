public import MILP

/// Random linear programs for comparing LP solvers.
public struct LPSample {
  private var generator: SplitMix64

  /// A source of programs that depend on the seed only.
  public init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  /// A program with all kinds of rows; about half of them have a point.
  public mutating func program(sense: ObjectiveSense) throws(MILPModelError) -> MILPModel {
    let columnCount = Int.random(in: 1...6, using: &generator)
    let columns = (0..<columnCount).map { _ in
      let bounds = interval()
      return MILPColumn(lower: bounds.lower, upper: bounds.upper)
    }
    let rows = (0..<Int.random(in: 1...8, using: &generator)).map { _ in row(columnCount) }
    return try MILPModel(
      columns: columns, rows: rows, objective: objective(columnCount), sense: sense)
  }

  /// Coefficients for another objective.
  public mutating func objective(_ columnCount: Int) -> [Double] {
    (0..<columnCount).map { _ in number() }
  }

  /// Bounds for a column or a row.
  public mutating func interval() -> (lower: Double, upper: Double) {
    let ends = [number(), number()]
    return (min(ends[0], ends[1]), max(ends[0], ends[1]))
  }

  private mutating func row(_ columnCount: Int) -> MILPRow {
    let columns = (0..<columnCount).filter { _ in Int.random(in: 0..<4, using: &generator) > 0 }
    let terms = columns.map { MILPTerm(number(), column: $0) }
    switch Int.random(in: 0..<5, using: &generator) {
    case 0: return .equal(number(), terms)
    case 1:
      let bounds = interval()
      return MILPRow(terms, lower: bounds.lower, upper: bounds.upper)
    case 2: return .atLeast(number(), terms)
    default: return .atMost(number(), terms)
    }
  }

  /// Multiples of 1/4 in [-2, 2]: ties and zeros occur.
  private mutating func number() -> Double { Double(Int.random(in: -8...8, using: &generator)) / 4 }
}
