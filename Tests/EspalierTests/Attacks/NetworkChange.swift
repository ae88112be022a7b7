import Certificates
import NeuralNetwork
import TestSupport

@testable import Espalier

/// A change of a network and its domain after which every verdict is known from those before.
enum NetworkChange: String, CaseIterable, Sendable {
  /// The units of one layer in another order.
  case permutation
  /// One unit times a power of two, taken back by its readers.
  case scaling
  /// One unit twice, its readers taking half of each.
  case duplication
  /// The domain shifted, the biases of the first layer with it.
  case shift
  /// A row and, if there is none yet, a ball that hold everywhere on the box.
  case redundancy
  /// One input with the opposite sign, its column and its sides with it.
  case negation

  /// A changed network with its domain, and where the units have gone.
  struct Outcome {
    var network: Network
    var domain: InputDomain
    /// For each unit of the new network the unit of the old one that it must agree with.
    var origins: [UnitID: UnitID]
    /// By how much pre-activations have grown; units that are not named, by 1.
    var factors: [UnitID: Double] = [:]
  }

  /// Makes the change; nil if it would not be exact in the stored numbers.
  func make(_ sample: AttackSample, using generator: inout SplitMix64) throws -> Outcome? {
    let network = sample.network
    let origins = Dictionary(uniqueKeysWithValues: network.reluUnits.map { ($0, $0) })
    let same = Outcome(network: network, domain: sample.domain, origins: origins)
    let hidden = network.layers.count - 1
    let k = Int.random(in: 0..<hidden, using: &generator)
    let i = Int.random(in: 0..<network.layers[k].unitCount, using: &generator)
    let unit = UnitID(layer: k, index: i)
    switch self {
    case .permutation:
      let order = Array(0..<network.layers[k].unitCount).shuffled(using: &generator)
      return try Self.replacing(same, layer: k, with: order, weights: order.map { _ in 1 })
    case .scaling:
      let factor = Double(
        sign: .plus, exponent: Int.random(in: -20...20, using: &generator), significand: 1)
      return try Self.scaling(same, unit, by: factor)
    case .duplication:
      let order = Array(0..<network.layers[k].unitCount) + [i]
      return try Self.replacing(
        same, layer: k, with: order, weights: order.map { $0 == i ? 0.5 : 1 })
    case .shift:
      return sample.isInteger ? try Self.shifting(same, using: &generator) : nil
    case .redundancy: return try Self.addingRedundancy(same)
    case .negation:
      return try Self.negating(
        same, input: Int.random(in: 0..<network.inputCount, using: &generator))
    }
  }

  /// Layer `k` with the units of `order`, whose readers take them times `weights`.
  private static func replacing(
    _ outcome: Outcome, layer k: Int, with order: [Int], weights: [Double]
  ) throws -> Outcome {
    var layers = outcome.network.layers
    let (old, next) = (layers[k], layers[k + 1])
    layers[k] = Layer(
      weights: old.weights.selecting(rows: order, columns: Array(0..<old.inputCount)),
      biases: order.map { old.biases[$0] }, activations: order.map { old.activations[$0] })
    let rows = (0..<next.unitCount).map { j in
      zip(order, weights).map { next.weights[j, $0] * $1 }
    }
    layers[k + 1] = Layer(
      weights: Matrix(rows: rows), biases: next.biases, activations: next.activations)
    var result = outcome
    result.network = try Network(layers: layers, scalarType: outcome.network.scalarType)
    for (position, index) in order.enumerated() {
      result.origins[UnitID(layer: k, index: position)] = UnitID(layer: k, index: index)
    }
    return result
  }

  private static func scaling(
    _ outcome: Outcome, _ unit: UnitID, by factor: Double
  ) throws -> Outcome {
    let order = Array(0..<outcome.network.layers[unit.layer].unitCount)
    var result = try replacing(
      outcome, layer: unit.layer, with: order,
      weights: order.map { $0 == unit.index ? 1 / factor : 1 })
    var layers = result.network.layers
    let layer = layers[unit.layer]
    let rows = (0..<layer.unitCount).map { i in
      layer.weights.row(i).map { $0 * (i == unit.index ? factor : 1) }
    }
    let biases = layer.biases.enumerated().map { $1 * ($0 == unit.index ? factor : 1) }
    layers[unit.layer] = Layer(
      weights: Matrix(rows: rows), biases: biases, activations: layer.activations)
    result.network = try Network(layers: layers, scalarType: result.network.scalarType)
    result.factors[unit] = factor
    return result
  }

  private static func shifting(
    _ outcome: Outcome, using generator: inout SplitMix64
  ) throws -> Outcome {
    let domain = outcome.domain
    let shift = (0..<domain.inputCount).map { _ in
      Double(Int.random(in: -16...16, using: &generator)) / 8
    }
    func moved(_ values: [Double]) -> [Double] { zip(values, shift).map { $0 + $1 } }
    var layers = outcome.network.layers
    let first = layers[0]
    let biases = first.biases.enumerated().map { i, bias in
      zip(first.weights.row(i), shift).reduce(bias) { $0 - $1.0 * $1.1 }
    }
    layers[0] = Layer(weights: first.weights, biases: biases, activations: first.activations)
    var result = outcome
    result.network = try Network(layers: layers, scalarType: outcome.network.scalarType)
    result.domain = try InputDomain(
      box: Box(lower: moved(domain.box.lower), upper: moved(domain.box.upper)),
      rows: domain.rows.map { row in
        LinearRow(
          terms: row.terms,
          bound: row.terms.reduce(row.bound) { $0 + $1.coefficient * shift[$1.input] })
      },
      ball: domain.ball.map { L1Ball(center: moved($0.center), radius: $0.radius) })
    return result
  }

  private static func addingRedundancy(_ outcome: Outcome) throws -> Outcome {
    let (domain, box) = (outcome.domain, outcome.domain.box)
    let terms = (0..<domain.inputCount).map { LinearRow.Term(input: $0, coefficient: 1) }
    let row = LinearRow(terms: terms, bound: box.upper.reduce(0, +))
    let radius = zip(box.lower, box.upper).reduce(0) { $0 + $1.1 - $1.0 }
    var result = outcome
    result.domain = try InputDomain(
      box: box, rows: domain.rows + [row],
      ball: domain.ball ?? L1Ball(center: box.lower, radius: radius))
    return result
  }

  private static func negating(_ outcome: Outcome, input: Int) throws -> Outcome {
    func signed(_ t: Int, _ value: Double) -> Double { t == input ? -value : value }
    let domain = outcome.domain
    var layers = outcome.network.layers
    let first = layers[0]
    let rows = (0..<first.unitCount).map { i in
      first.weights.row(i).enumerated().map(signed)
    }
    layers[0] = Layer(
      weights: Matrix(rows: rows), biases: first.biases, activations: first.activations)
    var (lower, upper) = (domain.box.lower, domain.box.upper)
    (lower[input], upper[input]) = (-upper[input], -lower[input])
    var result = outcome
    result.network = try Network(layers: layers, scalarType: outcome.network.scalarType)
    result.domain = try InputDomain(
      box: Box(lower: lower, upper: upper),
      rows: domain.rows.map { row in
        LinearRow(
          terms: row.terms.map {
            LinearRow.Term(input: $0.input, coefficient: signed($0.input, $0.coefficient))
          }, bound: row.bound)
      },
      ball: domain.ball.map {
        L1Ball(center: $0.center.enumerated().map(signed), radius: $0.radius)
      })
    return result
  }
}
