import ExactArithmetic
import MILP
import NeuralNetwork

/// The exact maximum of `|f - g|` for networks of one input: both are affine between breakpoints,
/// which are found in rational numbers.
enum SegmentTruth {
  static func largestDifferences(
    _ first: Network, _ second: Network, from low: Int, to high: Int
  ) -> [Rational] {
    let ends = [Rational(Dyadic(low)), Rational(Dyadic(high))]
    let points = ends + breakpoints(first, ends) + breakpoints(second, ends)
    var largest = [Rational](repeating: .zero, count: first.outputCount)
    for x in points {
      for (i, pair) in zip(values(first, x), values(second, x)).enumerated() {
        let difference = pair.0 - pair.1
        largest[i] = max(largest[i], difference < .zero ? -difference : difference)
      }
    }
    return largest
  }

  /// The inputs at which a unit changes its sign, layer by layer.
  private static func breakpoints(_ network: Network, _ ends: [Rational]) -> [Rational] {
    var points = ends
    for k in network.layers.indices {
      points.sort()
      var found: [Rational] = []
      for (left, right) in zip(points, points.dropFirst()) where left < right {
        let (a, b) = (values(network, left, layerCount: k), values(network, right, layerCount: k))
        for (start, end) in zip(a, b)
        where start < .zero && .zero < end || end < .zero && .zero < start {
          found.append(left + (right - left) * (start / (start - end)))
        }
      }
      points += found
    }
    return points
  }

  /// The pre-activations of layer `layerCount`, or the outputs.
  private static func values(
    _ network: Network, _ x: Rational, layerCount: Int? = nil
  ) -> [Rational] {
    var inputs = [x]
    for (k, layer) in network.layers.enumerated() {
      let sums = (0..<layer.unitCount).map { i in
        layer.weights.row(i).enumerated().reduce(Rational(Dyadic(layer.biases[i]))) {
          $0 + Rational(Dyadic($1.element)) * inputs[$1.offset]
        }
      }
      if k == layerCount { return sums }
      inputs = zip(sums, layer.activations).map { $1 == .relu ? max($0, .zero) : $0 }
    }
    return inputs
  }
}
