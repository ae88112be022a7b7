import Certificates
import ExactArithmetic
import NeuralNetwork

extension Toy {
  /// What was removed, if anything was.
  var pruning: Pruning? {
    guard let result, let file = result.files.first else { return nil }
    return Pruning(
      rewrites: rewrites, kept: kept,
      difference: Array(repeating: difference, count: network.outputCount),
      floatDifference: self == .spare ? [Dyadic(0x1p-15), Dyadic(0x1p-13)] : nil, argmax: argmax,
      file: file, networkDigest: result.network.digest)
  }

  private var rewrites: [Rewrite] {
    switch self {
    case .hinge:
      [
        .removeInactive(UnitID(layer: 0, index: 2)), .removeInactive(UnitID(layer: 1, index: 0)),
        .foldConstant(UnitID(layer: 1, index: 3)), .removeUnread(UnitID(layer: 0, index: 3)),
      ]
    case .branches, .corner, .parts, .halves: []
    case .folded: [.foldLayer(0)]
    case .constant: [.removeInactive(UnitID(layer: 0, index: 0)), .makeConstant(0)]
    case .spare:
      // Unit 5 is x + 1; in place of units 0, 1 and 5 comes unit 6, which is x + 1, too.
      [
        .substitute(substitution(4, [(2, 2)])),
        .addLinear(UnitID(layer: 0, index: 2), shift: .one),
        .substitute(substitution(3, [(2, 1), (5, -1)], constant: 1)),
        .replaceLinear(
          LinearReplacement(
            layer: 0, units: [0, 1, 5],
            form: .rows([0], mix: [.init(unit: 1, weights: [Dyadic(-6)])]), shifts: [.one])),
      ]
    }
  }

  private func substitution(
    _ unit: Int, _ terms: [(Int, Double)], constant: Double = 0
  ) -> Substitution {
    Substitution(
      unit: UnitID(layer: 0, index: unit),
      terms: terms.map { .init(index: $0.0, value: Dyadic($0.1)) }, constant: Dyadic(constant))
  }

  private var kept: [Pruning.KeptLayer] {
    switch self {
    case .hinge:
      [
        .init(layer: 0, units: [0, 1]), .init(layer: 1, units: [1, 2]), .init(layer: 2, units: [0]),
      ]
    case .branches, .corner, .parts, .halves: []
    case .folded: [.init(layer: 1, units: [0]), .init(layer: 2, units: [0])]
    case .constant: [.init(layer: 2, units: [0])]
    case .spare: [.init(layer: 0, units: [2, 6]), .init(layer: 1, units: [0, 1])]
    }
  }

  /// The folded weight is `(1 + 2^-23)² = 1 + 2^-22 + 2^-46`, stored as `1 + 2^-22`; inputs are at
  /// most 1 in size.
  private var difference: Dyadic { self == .folded ? Dyadic(0x1p-46) : .zero }

  /// `y1 - y0 = -20 - 3 h0 - 3 h1 + h3 - h4` is at most `-20 - 3 - 9 + 1`.
  private var argmax: Pruning.Argmax? {
    self == .spare ? .init(outputClass: 0, leaves: [leaf()]) : nil
  }
}
