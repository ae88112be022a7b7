import NeuralNetwork
import TestSupport

/// One way in which a runtime may evaluate a float32 network.
struct FloatRuntime: Hashable, Sendable {
  /// The order in which the terms of a sum come.
  enum Order: Hashable, Sendable, CaseIterable {
    case forward, backward, smallestFirst, largestFirst, positiveFirst, negativeFirst, shuffled
  }

  /// How terms in that order are added up.
  enum Shape: Hashable, Sendable, CaseIterable {
    case chain, pairs, lanes4, lanes8, lanes16, blocks4, blocks8, blocks16

    var width: Int {
      switch self {
      case .chain, .pairs: 1
      case .lanes4, .blocks4: 4
      case .lanes8, .blocks8: 8
      case .lanes16, .blocks16: 16
      }
    }
  }

  /// What becomes of subnormal numbers.
  enum Subnormals: Hashable, Sendable, CaseIterable {
    case kept, flushedResults, flushedInputs, flushedBoth
  }

  var order = Order.forward
  var shape = Shape.chain
  var subnormals = Subnormals.kept
  var usesFMA = false
  var startsWithBias = false
  /// The seed of the shuffled order.
  var seed: UInt64 = 0

  /// Every pre-activation of the first layers, up to and with `last`.
  func preactivations(of network: FloatNetwork, at x: [Float], through last: Int) -> [[Float]] {
    var inputs = x
    return network.layers[...last].map { layer in
      let values = layer.rows.indices.map { i in
        preactivation(layer.rows[i], inputs, bias: layer.biases[i])
      }
      inputs = zip(values, layer.isRelu).map { $1 ? max($0, 0) : $0 }
      return values
    }
  }

  /// One dot product and one bias.
  func preactivation(_ row: [Float], _ inputs: [Float], bias: Float) -> Float {
    let order = order(row, inputs)
    let sum = sum(order, row, inputs, start: startsWithBias ? bias : 0)
    return startsWithBias ? sum : add(sum, bias)
  }

  // MARK: Sums

  private func order(_ row: [Float], _ inputs: [Float]) -> [Int] {
    let indices = Array(row.indices)
    func product(_ j: Int) -> Float { row[j] * inputs[j] }
    switch order {
    case .forward: return indices
    case .backward: return indices.reversed()
    case .smallestFirst: return indices.sorted { product($0).magnitude < product($1).magnitude }
    case .largestFirst: return indices.sorted { product($0).magnitude > product($1).magnitude }
    case .positiveFirst: return indices.sorted { product($0) > product($1) }
    case .negativeFirst: return indices.sorted { product($0) < product($1) }
    case .shuffled:
      var generator = SplitMix64(seed: seed)
      return indices.shuffled(using: &generator)
    }
  }

  private func sum(_ order: [Int], _ row: [Float], _ inputs: [Float], start: Float) -> Float {
    switch shape {
    case .chain:
      return order.reduce(start) { accumulate($0, row[$1], inputs[$1]) }
    case .pairs:
      return add(start, pairs(order[...], row, inputs))
    case .lanes4, .lanes8, .lanes16:
      var lanes = [Float](repeating: 0, count: shape.width)
      lanes[0] = start
      for (position, j) in order.enumerated() {
        let lane = position % shape.width
        lanes[lane] = accumulate(lanes[lane], row[j], inputs[j])
      }
      return lanes.dropFirst().reduce(lanes[0], add)
    case .blocks4, .blocks8, .blocks16:
      return stride(from: 0, to: order.count, by: shape.width).reduce(start) { sum, first in
        let block = order[first..<min(first + shape.width, order.count)]
        return add(sum, block.reduce(0) { accumulate($0, row[$1], inputs[$1]) })
      }
    }
  }

  private func pairs(_ order: ArraySlice<Int>, _ row: [Float], _ inputs: [Float]) -> Float {
    guard order.count > 1 else {
      return order.first.map { multiply(row[$0], inputs[$0]) } ?? 0
    }
    let middle = order.startIndex + order.count / 2
    return add(pairs(order[..<middle], row, inputs), pairs(order[middle...], row, inputs))
  }

  // MARK: Operations

  private func accumulate(_ sum: Float, _ weight: Float, _ value: Float) -> Float {
    usesFMA
      ? result(operand(sum).addingProduct(operand(weight), operand(value)))
      : add(sum, multiply(weight, value))
  }

  private func add(_ left: Float, _ right: Float) -> Float {
    result(operand(left) + operand(right))
  }

  private func multiply(_ left: Float, _ right: Float) -> Float {
    result(operand(left) * operand(right))
  }

  private func operand(_ value: Float) -> Float {
    (subnormals == .flushedInputs || subnormals == .flushedBoth) && value.isSubnormal ? 0 : value
  }

  private func result(_ value: Float) -> Float {
    (subnormals == .flushedResults || subnormals == .flushedBoth) && value.isSubnormal ? 0 : value
  }
}

/// A float32 network in the numbers that a runtime has.
struct FloatNetwork: Sendable {
  /// One layer.
  struct FloatLayer: Sendable {
    let rows: [[Float]]
    let biases: [Float]
    let isRelu: [Bool]
  }

  let layers: [FloatLayer]

  init(_ network: Network) {
    layers = network.layers.map { layer in
      FloatLayer(
        rows: (0..<layer.unitCount).map { layer.weights.row($0).map { Float($0) } },
        biases: layer.biases.map { Float($0) },
        isRelu: layer.activations.map { $0 == .relu })
    }
  }
}
