public import ExactArithmetic
public import NeuralNetwork

extension WorkingNetwork {
  /// A bound per unit on what slacks and rounding change, on the domain; one list per layer.
  ///
  /// - Source: `docs/certificate-format.md`, section 9 (interval recursion).
  public func differences(to rounded: Network) -> [[Dyadic]] {
    var sizes = inputRanges.map(\.magnitude)
    var differences = [Dyadic](repeating: .zero, count: sizes.count)
    var all: [[Dyadic]] = []
    for (layer, result) in zip(layers, rounded.layers) {
      differences = layer.difference(
        to: result, inputDifferences: differences, inputSizes: sizes)
      all.append(differences)
      sizes = layer.units.indices.map { layer.outputRange($0).magnitude }
    }
    return all
  }

  /// A bound per output on the difference between what runtimes compute for the network that was
  /// read and for the one written; nil if none is proved.
  ///
  /// - Parameters:
  ///   - differences: What `differences(to:)` gave.
  ///   - before: The bounds of the network that was read.
  public func floatDifference(
    to rounded: Network, _ differences: [[Dyadic]], before: FloatEvaluationBound
  ) -> [Dyadic]? {
    let intervals = zip(layers, differences).map { layer, differences in
      zip(layer.ranges, differences).map { Interval($0.lower - $1, $0.upper + $1) }
    }
    let after = FloatEvaluationBound(
      ExactNetwork(rounded), inputs: inputRanges, intervals: intervals,
      plainLayerCount: rounded.layers.count)
    guard let last = layers.last, let own = differences.last else { return nil }
    var bounds: [Dyadic] = []
    for (i, unit) in last.units.enumerated() {
      let place = UnitID(layer: layers.count - 1, index: i)
      guard let old = before.error(of: UnitID(layer: last.index, index: unit)),
        let new = after.error(of: place)
      else { return nil }
      bounds.append(own[i] + old + new)
    }
    return bounds
  }
}
