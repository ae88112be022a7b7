import Certificates
import ExactArithmetic
import NeuralNetwork

extension Toy {
  /// The numbers of regions, for the toys that are about them.
  var regions: RegionClaim? {
    switch self {
    case .hinge, .branches, .folded, .constant, .spare, .halves: nil
    case .corner: RegionClaim(layerCount: 3, counts: [[4, 5, 5]], nodes: Self.cornerNodes)
    case .parts:
      RegionClaim(
        layerCount: 3, counts: [[2, 2, 2], [2, 2, 2]], nodes: Self.firstPart + Self.secondPart)
    }
  }

  private static let (left, right, opposite) = (
    UnitID(layer: 0, index: 0), UnitID(layer: 0, index: 1), UnitID(layer: 0, index: 2)
  )
  private static let above = UnitID(layer: 1, index: 0)

  /// The tree of `x`, `y`, `-y` and `relu(x) - relu(y) + relu(-y)`.
  ///
  /// The sign of `y` settles that of `-y`, by a multiplier of its own layer.
  private static let cornerNodes: [RegionNode] = [
    .split(left), .split(right),
    .empty(.off, opposite, leaf([(0, 1, -1)])), .empty(.off, above, leaf([(0, 2, 0)])),
    point(-0.5, -0.5),
    .empty(.on, opposite, leaf([(0, 1, 1)])), .empty(.on, above, leaf([(0, 1, 0)])),
    point(-0.5, 0.5),
    .split(right),
    .empty(.off, opposite, leaf([(0, 1, -1)])),
    .empty(.off, above, leaf([(0, 0, 0), (0, 2, 0)])), point(0.5, -0.5),
    .empty(.on, opposite, leaf([(0, 1, 1)])), .split(above), point(0.25, 0.75),
    point(0.75, 0.25),
  ]

  /// Unit 0 of layer 1 is `relu(x) - relu(x)`; no interval can tell that it is 0.
  private static let firstPart: [RegionNode] = [
    .split(left),
    .empty(.on, right, leaf([(0, 0, -1)])), .zero(above, upper: leaf(), lower: leaf()),
    point(-0.5, 0),
    .empty(.off, right, leaf([(0, 0, 1)])), .zero(above, upper: leaf(), lower: leaf()),
    point(0.5, 0),
  ]

  private static let secondPart: [RegionNode] = [.split(opposite), point(0, -0.5), point(0, 0.5)]

  private static func point(_ values: Double...) -> RegionNode {
    .point(values.map { Dyadic($0) })
  }
}
