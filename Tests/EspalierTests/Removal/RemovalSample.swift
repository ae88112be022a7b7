import Certificates
import NeuralNetwork
import TestSupport

@testable import Espalier

/// A small network in which much can be removed, a domain, and what removal may do.
struct RemovalSample {
  /// The kind of numbers.
  enum Numbers: CaseIterable {
    case integers, quarters, floats, doubles
  }

  let network: Network
  let domain: InputDomain
  var options = RemovalOptions()
  let numbers: Numbers
  private var generator: SplitMix64

  /// A sample from a seed.
  init(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    numbers = Numbers.allCases[Int(seed % 4)]
    var width = Int.random(in: 1...3, using: &generator)
    let inputCount = width
    let hiddenCount = Int.random(in: 0...3, using: &generator)
    let identityShare = ([0, 0, 0.3] as [Double]).randomElement(using: &generator) ?? 0
    var layers: [Layer] = []
    for k in 0...hiddenCount {
      var rows = LayerRows(
        width: width, numbers: numbers, activeShare: Double.random(in: 0...1, using: &generator))
      let count = Int.random(in: 1...(k == hiddenCount ? 3 : 8), using: &generator)
      for _ in 0..<count { rows.append(isLast: k == hiddenCount, using: &generator) }
      layers.append(
        rows.layer(identityShare: k == hiddenCount ? 0.9 : identityShare, using: &generator))
      width = count
    }
    network = try Network(
      layers: layers, scalarType: numbers == .floats ? .float32 : .float64)
    domain = try InputDomain(box: Box(lower: -1, upper: 1, count: inputCount))
    self.generator = generator
    chooseOptions()
  }

  private mutating func chooseOptions() {
    options.measure = RemovalMeasure.allCases.randomElement(using: &generator) ?? .units
    if Bool.random(using: &generator) {
      options.rules = Set(
        RemovalRule.allCases.filter { _ in Bool.random(using: &generator) })
    }
    let hidden = network.layers.indices.dropLast()
    if Int.random(in: 0..<3, using: &generator) == 0 {
      options.keptLayers = Set(hidden.filter { _ in Bool.random(using: &generator) })
    }
    if Int.random(in: 0..<5, using: &generator) == 0 {
      options.elementwiseLayers = Set(hidden.filter { _ in Bool.random(using: &generator) })
    }
    options.widthMultiple = [1, 1, 2, 4].randomElement(using: &generator) ?? 1
    let errors: [Double?] = [nil, nil, 0.001, 0.03, 1]
    options.maximumError = errors.randomElement(using: &generator) ?? nil
  }
}

/// The rows of a layer while they are made, many of them out of others.
private struct LayerRows {
  let width: Int
  let numbers: RemovalSample.Numbers
  /// How many of the units are never cut off.
  let activeShare: Double
  private var rows: [(weights: [Double], bias: Double)] = []

  init(width: Int, numbers: RemovalSample.Numbers, activeShare: Double) {
    self.width = width
    self.numbers = numbers
    self.activeShare = activeShare
  }

  func layer(identityShare: Double, using generator: inout SplitMix64) -> Layer {
    let activations = rows.map { _ -> Activation in
      Double.random(in: 0..<1, using: &generator) < identityShare ? .identity : .relu
    }
    return Layer(
      weights: Matrix(rows: rows.map(\.weights)), biases: rows.map(\.bias),
      activations: activations)
  }

  mutating func append(isLast: Bool, using generator: inout SplitMix64) {
    var row = (weights: (0..<width).map { _ in number(&generator) }, bias: number(&generator))
    if let old = rows.randomElement(using: &generator),
      let other = rows.randomElement(using: &generator)
    {
      let factor = ([1, -1, 2, -3, 0.5, 3, -1] as [Double]).randomElement(using: &generator) ?? 1
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: row = (old.weights.map { stored($0 * factor) }, stored(old.bias * factor))
      case 1: row.weights = zip(old.weights, other.weights).map { stored($0 + $1 * factor) }
      case 2: row.weights = old.weights.map { stored($0 * factor) }
      default: break
      }
    }
    if Int.random(in: 0..<12, using: &generator) == 0 {
      row.weights = row.weights.map { _ in 0 }
    }
    if !isLast, Double.random(in: 0..<1, using: &generator) < activeShare {
      let sign: Double = Int.random(in: 0..<8, using: &generator) == 0 ? -1 : 1
      row.bias = stored(sign * (row.weights.reduce(1) { $0 + abs($1) * 8 }))
    }
    rows.append(row)
  }

  private func number(_ generator: inout SplitMix64) -> Double {
    let small = Double(Int.random(in: -2...2, using: &generator))
    switch numbers {
    case .integers: return small
    case .quarters: return small / 4
    case .floats, .doubles:
      return Int.random(in: 0..<4, using: &generator) == 0
        ? small : stored(Double.random(in: -1.5...1.5, using: &generator))
    }
  }

  private func stored(_ value: Double) -> Double {
    numbers == .floats ? Double(Float(value)) : value
  }
}
