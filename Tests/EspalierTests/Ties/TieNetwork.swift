import ExactArithmetic
import NeuralNetwork
import TestSupport

/// A random network whose last layer holds targets with an exact tie at 0.
///
/// Below the targets stands a layer with the terms of the identities and with random units, below
/// that random layers. All weights are short dyadic numbers, so every sum is what it says.
struct TieNetwork {
  /// How large a network is made, and how its numbers are spread.
  struct Shape: Sendable {
    let inputCount: Int
    let width: Int
    /// All layers: the last holds the targets, the one before it the terms.
    let layerCount: Int
    /// Each term unit is scaled by a power of two up to this exponent, undone by its reader.
    var largestExponent = 0
    var scalarType = ScalarType.float32
  }

  let network: Network
  /// The targets with what is true of them.
  let targets: [(unit: UnitID, sign: TieIdentity.Sign)]

  /// One row of a layer while it is made.
  private struct Row {
    var weights: [Double]
    var bias: Double

    func scaled(by factor: Double) -> Row {
      Row(weights: weights.map { $0 * factor }, bias: bias * factor)
    }
  }

  /// A network with the identities, in the given shape, on inputs of at most `reach` in magnitude.
  init(
    _ identities: [TieIdentity], shape: Shape, reach: Double,
    using generator: inout SplitMix64
  ) throws {
    var layers: [Layer] = []
    var width = shape.inputCount
    var reach = reach
    for _ in 0..<shape.layerCount - 2 {
      let rows = (0..<shape.width).map { _ in Self.form(width, using: &generator) }
      layers.append(Self.layer(rows))
      reach = rows.reduce(0) { max($0, Self.reach(of: $1, reach)) }
      width = rows.count
    }
    var terms: [Row] = []
    var targets: [Row] = []
    for identity in identities {
      let forms = (0..<identity.formCount).map { _ in Self.form(width, using: &generator) }
      var target = Row(weights: [Double](repeating: 0, count: terms.count), bias: 0)
      for term in identity.terms {
        let (row, shift) = Self.row(term, forms, reach)
        terms.append(row)
        target.weights.append(term.weight)
        target.bias -= term.weight * shift
      }
      targets.append(target)
    }
    while terms.count < shape.width { terms.append(Self.form(width, using: &generator)) }
    let exponents = terms.map { _ in
      Int.random(in: -shape.largestExponent...shape.largestExponent, using: &generator)
    }
    layers.append(Self.layer(zip(terms, exponents).map { $0.scaled(by: Self.power($1)) }))
    targets = targets.map { target in
      var weights = target.weights
      weights += [Double](repeating: 0, count: terms.count - weights.count)
      return Row(
        weights: zip(weights, exponents).map { $0 * Self.power(-$1) }, bias: target.bias)
    }
    layers.append(Self.layer(targets))
    network = try Network(layers: layers, scalarType: shape.scalarType)
    let last = layers.count - 1
    self.targets = identities.enumerated().map {
      (UnitID(layer: last, index: $0), $1.sign)
    }
  }

  /// A random form with small coefficients, about half of them 0, in quarters.
  private static func form(_ count: Int, using generator: inout SplitMix64) -> Row {
    Row(
      weights: (0..<count).map { _ in
        Bool.random(using: &generator) ? 0 : Double(Int.random(in: -6...6, using: &generator)) / 4
      },
      bias: Double(Int.random(in: -4...4, using: &generator)) / 4)
  }

  private static func row(
    _ term: TieIdentity.Term, _ forms: [Row], _ reach: Double
  ) -> (row: Row, shift: Double) {
    var row = Row(weights: forms[0].weights.map { _ in 0 }, bias: 0)
    for (factor, form) in zip(term.mix, forms) {
      row.weights = zip(row.weights, form.weights).map { $0 + factor * $1 }
      row.bias += factor * form.bias
    }
    let shift =
      switch term.shift {
      case .none: 0.0
      case .reach: power(Int(Self.reach(of: row, reach).exponent) + 1)
      case .fixed(let value): value
      }
    row.bias += shift
    return (row, shift)
  }

  /// The largest magnitude that a form can take.
  private static func reach(of row: Row, _ reach: Double) -> Double {
    row.weights.reduce(abs(row.bias)) { $0 + abs($1) * reach }
  }

  private static func layer(_ rows: [Row]) -> Layer {
    Layer(
      weights: Matrix(rows: rows.map(\.weights)), biases: rows.map(\.bias), activation: .relu)
  }

  private static func power(_ exponent: Int) -> Double {
    Double(sign: .plus, exponent: exponent, significand: 1)
  }
}
