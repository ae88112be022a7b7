/// One unit of a network: a row of one layer.
public struct UnitID: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The layer, from zero.
  public let layer: Int
  /// The row within the layer, from zero.
  public let index: Int

  /// The unit in row `index` of layer `layer`.
  public init(layer: Int, index: Int) {
    self.layer = layer
    self.index = index
  }

  public static func < (left: UnitID, right: UnitID) -> Bool {
    (left.layer, left.index) < (right.layer, right.index)
  }

  public var description: String { "unit \(index) of layer \(layer)" }
}
