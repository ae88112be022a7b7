/// One bit per open unit of the first layers: whether its pre-activation is positive.
public struct OpenUnitPattern: Hashable, Sendable {
  /// True for on, in ascending order of the units.
  public let isOn: [Bool]

  /// A pattern from its bits.
  public init(isOn: [Bool]) { self.isOn = isOn }
}
