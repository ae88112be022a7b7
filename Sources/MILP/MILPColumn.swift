/// One variable of a model.
public struct MILPColumn: Hashable, Sendable {
  /// The smallest allowed value.
  public let lower: Double
  /// The largest allowed value.
  public let upper: Double
  /// True if only integers are allowed.
  public let isInteger: Bool

  /// A column with its bounds; `MILPModel` refuses bounds that are not finite.
  public init(lower: Double, upper: Double, isInteger: Bool = false) {
    self.lower = lower
    self.upper = upper
    self.isInteger = isInteger
  }

  /// A column that is 0 or 1.
  public static let binary = MILPColumn(lower: 0, upper: 1, isInteger: true)
}
