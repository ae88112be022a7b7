/// One linear constraint `lower <= Σ terms <= upper`.
public struct MILPRow: Hashable, Sendable {
  /// The nonzeros; each column appears at most once.
  public let terms: [MILPTerm]
  /// The smallest allowed activity; minus infinity if there is none.
  public let lower: Double
  /// The largest allowed activity; plus infinity if there is none.
  public let upper: Double

  /// A row with its bounds; `MILPModel` refuses a row without any finite bound.
  public init(_ terms: [MILPTerm], lower: Double, upper: Double) {
    self.terms = terms
    self.lower = lower
    self.upper = upper
  }

  /// The row `Σ terms <= bound`.
  public static func atMost(_ bound: Double, _ terms: [MILPTerm]) -> MILPRow {
    MILPRow(terms, lower: -.infinity, upper: bound)
  }

  /// The row `Σ terms >= bound`.
  public static func atLeast(_ bound: Double, _ terms: [MILPTerm]) -> MILPRow {
    MILPRow(terms, lower: bound, upper: .infinity)
  }

  /// The row `Σ terms = value`.
  public static func equal(_ value: Double, _ terms: [MILPTerm]) -> MILPRow {
    MILPRow(terms, lower: value, upper: value)
  }
}
