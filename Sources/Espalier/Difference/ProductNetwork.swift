internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// One network that holds two, with units that both have held once.
///
/// Layer by layer, a unit of the second network is merged with one of the first if both have the
/// same activation, the same bias and the same row over the merged units below; no weights are
/// ever added. The shorter network ends in identity layers. Units of the last layer are the outputs
/// of both; a readout of small integers after it gives differences exactly.
///
/// If intervals are given, all this is equal on their domain only.
struct ProductNetwork {
  /// Which units of the two networks, in their canonical forms, a unit stands for; at least one.
  struct Origin {
    var first: Int?
    var second: Int?
  }

  /// The layers of both, outputs last.
  let layers: [Layer]
  /// One list per layer.
  let origins: [[Origin]]
  let first: CanonicalNetwork
  let second: CanonicalNetwork
  let scalarType: ScalarType

  /// The product of two networks.
  ///
  /// - Parameters:
  ///   - firstIntervals: The proved intervals of all units of the first network, or nil.
  ///   - secondIntervals: Those of the second.
  /// - Precondition: Both have the same numbers of inputs and outputs.
  init(
    _ first: Network, _ second: Network, firstIntervals: [[Interval]]? = nil,
    secondIntervals: [[Interval]]? = nil
  ) {
    precondition(
      first.inputCount == second.inputCount && first.outputCount == second.outputCount,
      "two networks with the same inputs and outputs")
    var a = CanonicalNetwork(first, intervals: firstIntervals)
    var b = CanonicalNetwork(second, intervals: secondIntervals)
    let count = max(a.layers.count, b.layers.count)
    a.pad(toLayerCount: count)
    b.pad(toLayerCount: count)
    scalarType = first.scalarType == second.scalarType ? first.scalarType : .float64
    var layers: [Layer] = []
    var origins = [(0..<first.inputCount).map { Origin(first: $0, second: $0) }]
    for k in 0..<count {
      let merged = Self.merge(a.layers[k], b.layers[k], below: origins[k])
      layers.append(merged.layer)
      origins.append(merged.origins)
    }
    self.layers = layers
    self.origins = Array(origins.dropFirst())
    self.first = a
    self.second = b
  }

  /// The number of outputs of each of the two networks.
  var outputCount: Int { first.layers[first.layers.count - 1].unitCount }

  /// How many hidden units are held once for both networks, and how many there are.
  var hiddenUnits: (merged: Int, all: Int) {
    let hidden = origins.dropLast().joined()
    return (hidden.count { $0.first != nil && $0.second != nil }, hidden.count)
  }

  /// The unit of the last layer that is an output of the first network.
  func firstOutput(_ output: Int) -> Int { position(of: output, \.first) }

  /// The unit of the last layer that is an output of the second network.
  func secondOutput(_ output: Int) -> Int { position(of: output, \.second) }

  /// The network whose outputs are `first - second`, output by output.
  var difference: Network {
    get throws(NetworkError) {
      try reading(
        (0..<outputCount).map { [(1, firstOutput($0)), (-1, secondOutput($0))] })
    }
  }

  /// The network with sums of outputs of both networks as its outputs.
  ///
  /// - Parameter sums: Small integer factors with units of the last layer.
  func reading(_ sums: [[(factor: Int, unit: Int)]]) throws(NetworkError) -> Network {
    let width = layers[layers.count - 1].unitCount
    let rows = sums.map { sum in
      var row = [Double](repeating: 0, count: width)
      for term in sum { row[term.unit] += Double(term.factor) }
      return row
    }
    let readout = Layer(
      weights: Matrix(rows: rows), biases: Array(repeating: 0, count: rows.count),
      activation: .identity)
    return try Network(layers: layers + [readout], scalarType: scalarType)
  }

  private func position(of output: Int, _ side: KeyPath<Origin, Int?>) -> Int {
    guard
      let position = origins[origins.count - 1].firstIndex(where: { $0[keyPath: side] == output })
    else { preconditionFailure("output \(output) is one of the last layer") }
    return position
  }

  // MARK: Merging

  private struct Key: Hashable {
    let row: [Double]
    let bias: Double
    let activation: Activation
  }

  private static func merge(
    _ first: Layer, _ second: Layer, below: [Origin]
  ) -> (layer: Layer, origins: [Origin]) {
    var keys = Self.keys(of: first, below: below, \.first)
    var origins = keys.indices.map { Origin(first: $0, second: nil) }
    // Equal units of one network stay apart: each has at most one partner.
    var partners: [Key: [Int]] = [:]
    for (i, key) in keys.enumerated().reversed() { partners[key, default: []].append(i) }
    for (j, key) in Self.keys(of: second, below: below, \.second).enumerated() {
      if let partner = partners[key]?.popLast() {
        origins[partner].second = j
      } else {
        keys.append(key)
        origins.append(Origin(first: nil, second: j))
      }
    }
    let layer = Layer(
      weights: Matrix(rows: keys.map(\.row)), biases: keys.map(\.bias),
      activations: keys.map(\.activation))
    return (layer, origins)
  }

  private static func keys(
    of layer: Layer, below: [Origin], _ side: KeyPath<Origin, Int?>
  ) -> [Key] {
    (0..<layer.unitCount).map { i in
      let row = below.map { origin in origin[keyPath: side].map { layer.weights[i, $0] } ?? 0 }
      return Key(row: row, bias: layer.biases[i], activation: layer.activations[i])
    }
  }
}

extension ProductNetwork {
  /// The state of a network over this product in which its readout is open.
  ///
  /// Intervals that were proved for the two networks count for the units that stand for theirs.
  func state(
    of network: Network, domain: InputDomain, first: [[Interval]]?, second: [[Interval]]?
  ) -> ProofState {
    let exact = ExactNetwork(network)
    var state = ProofState(network: exact, domain: domain)
    for k in layers.indices {
      let intervals = zip(state.intervals[k], origins[k]).map { interval, origin in
        [
          origin.first.flatMap { known(self.first.units[k][$0], first) },
          origin.second.flatMap { known(self.second.units[k][$0], second) },
        ].compactMap { $0 }.reduce(interval) { $0.intersection($1) ?? $0 }
      }
      state = ProofState(
        network: exact, domain: domain, assuming: Array(state.intervals.dropLast()) + [intervals])
      state.openNextLayer()
    }
    return state
  }

  private func known(_ unit: CanonicalNetwork.Unit, _ intervals: [[Interval]]?) -> Interval? {
    guard let intervals, let source = unit.source else { return nil }
    let interval = intervals[source.layer][source.index]
    return Interval(
      interval.lower.scaled(byPowerOfTwo: unit.exponent),
      interval.upper.scaled(byPowerOfTwo: unit.exponent))
  }
}
