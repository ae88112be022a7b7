internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// A network in a form in which equal units look equal.
///
/// Every hidden unit is scaled by a power of two so that its largest weight (its bias, if
/// all weights are 0) lies in `[1, 2)`, which changes no significand. Where intervals are known, units that are off on the whole domain are
/// left out, and units that are on become identity units; the function on the domain stays.
struct CanonicalNetwork {
  /// Where a unit comes from.
  struct Unit {
    /// The unit of the network that was read; nil for a unit that was added.
    let source: UnitID?
    /// Its values are `2^exponent` times those of the source.
    let exponent: Int
  }

  private(set) var layers: [Layer] = []
  /// One list per layer.
  private(set) var units: [[Unit]] = []
  private let type: ScalarType

  /// The form of a network whose pre-activations have the given intervals, if any are known.
  init(_ network: Network, intervals: [[Interval]]?) {
    type = network.scalarType
    var columns = (0..<network.inputCount).map {
      Unit(source: UnitID(layer: -1, index: $0), exponent: 0)
    }
    for k in network.layers.indices {
      let isLast = k == network.layers.count - 1
      addLayer(
        network.layers[k], index: k, columns: columns, intervals: isLast ? nil : intervals?[k],
        next: isLast ? nil : network.layers[k + 1])
      columns = units[k]
    }
  }

  /// Adds identity layers at the end until there are `count` layers.
  mutating func pad(toLayerCount count: Int) {
    while layers.count < count {
      let last = layers[layers.count - 1]
      let width = last.unitCount
      let isLinear = last.activations.allSatisfy { $0 == .identity }
      let sources = units[units.count - 1]
      layers.append(
        Layer(
          weights: Matrix(
            rows: (0..<width).map { i in (0..<width).map { $0 == i ? 1 : 0 } }),
          biases: Array(repeating: 0, count: width), activation: .identity))
      units.append(
        sources.map { isLinear ? $0 : Unit(source: nil, exponent: 0) })
    }
  }

  private mutating func addLayer(
    _ layer: Layer, index k: Int, columns: [Unit], intervals: [Interval]?, next: Layer?
  ) {
    var rows: [[Double]] = []
    var biases: [Double] = []
    var activations: [Activation] = []
    var kept: [Unit] = []
    for j in 0..<layer.unitCount {
      let isRelu = layer.activations[j] == .relu
      if isRelu, let intervals, intervals[j].upper.signum <= 0 { continue }
      let isOn = isRelu && (intervals.map { $0[j].lower.signum >= 0 } ?? false)
      let row = columns.map { column in
        column.source.map {
          scaled(layer.weights[j, $0.index], by: -column.exponent)
        } ?? 0
      }
      let exponent =
        next.map { next in
          scaling(
            row, bias: layer.biases[j], readers: (0..<next.unitCount).map { next.weights[$0, j] })
        } ?? 0
      rows.append(row.map { scaled($0, by: exponent) })
      biases.append(scaled(layer.biases[j], by: exponent))
      activations.append(isOn ? .identity : layer.activations[j])
      kept.append(Unit(source: UnitID(layer: k, index: j), exponent: exponent))
    }
    if kept.isEmpty {
      // A layer has at least one unit: one that is 0 and that nothing reads.
      rows = [Array(repeating: 0, count: columns.count)]
      (biases, activations, kept) = ([0], [.identity], [Unit(source: nil, exponent: 0)])
    }
    layers.append(Layer(weights: Matrix(rows: rows), biases: biases, activations: activations))
    units.append(kept)
  }

  /// The power of two that brings the largest weight to `[1, 2)`, or 0 if some number would change.
  private func scaling(_ row: [Double], bias: Double, readers: [Double]) -> Int {
    let largestWeight = row.reduce(0) { max($0, $1.magnitude) }
    let largest = largestWeight == 0 ? bias.magnitude : largestWeight
    if largest == 0 { return 0 }
    let exponent = -Int(largest.exponent)
    let isExact =
      (row + [bias]).allSatisfy { isUnchanged($0, by: exponent) }
      && readers.allSatisfy { isUnchanged($0, by: -exponent) }
    return isExact ? exponent : 0
  }

  private func isUnchanged(_ value: Double, by exponent: Int) -> Bool {
    let result = scaled(value, by: exponent)
    return result.isFinite && scaled(result, by: -exponent) == value
      && (type == .float64 || Double(Float(result)) == result)
  }

  private func scaled(_ value: Double, by exponent: Int) -> Double {
    exponent == 0 ? value : Double(sign: .plus, exponent: exponent, significand: value)
  }
}
