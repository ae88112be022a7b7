internal import ExactArithmetic
internal import NeuralNetwork

/// Signs at points in floating point, where that leaves no doubt about any of them.
extension ExactNetwork {
  /// The exact signs of all pre-activations at a point, as doubles show them; nil in any doubt.
  ///
  /// If no input of a layer is farther than `e` from the exact one, no pre-activation is farther
  /// than `e Σ_j |w_ij|` and the rounding of one sum. A unit that is off has the output 0 exactly.
  ///
  /// - Source: `RoundingFilter.errorOfSum`; `docs/method.md`, "Signs in doubles".
  func signsInDoubles(at point: [Dyadic], layerCount: Int?) -> [[Int]]? {
    guard var inputs = NearValues(point) else { return nil }
    var signs: [[Int]] = []
    for k in layers.indices.prefix(layerCount ?? layers.count) {
      guard let (layerSigns, outputs) = layers[k].signs(at: inputs) else { return nil }
      signs.append(layerSigns)
      inputs = outputs
    }
    return signs
  }
}

/// Doubles, and how far the exact numbers may be from them.
private struct NearValues {
  var values: [Double]
  /// At least every distance.
  var error = 0.0
  /// The largest magnitude of the values.
  var reach = 0.0

  init(zeroCount: Int) { values = Array(repeating: 0, count: zeroCount) }

  /// The nearest doubles; nil if some number is too large.
  init?(_ numbers: [Dyadic]) {
    values = numbers.compactMap { $0.nearest(in: .float64) }
    guard values.count == numbers.count else { return nil }
    for (value, number) in zip(values, numbers) {
      reach = max(reach, abs(value))
      if Dyadic(value) != number { error = max(error, abs(value) * 0x1p-52 + 0x1p-1074) }
    }
  }

  /// `Σ_j weights_j · values_j + bias`, rounded.
  func sum(_ weights: UnsafeBufferPointer<Double>, _ bias: Double) -> Double {
    values.withUnsafeBufferPointer { values in
      // Eight sums at a time: additions wait for each other otherwise.
      var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0)
      var (e, f, g, h) = (0.0, 0.0, 0.0, 0.0)
      let whole = values.count & ~7
      for j in stride(from: 0, to: whole, by: 8) {
        a += weights[j] * values[j]
        b += weights[j + 1] * values[j + 1]
        c += weights[j + 2] * values[j + 2]
        d += weights[j + 3] * values[j + 3]
        e += weights[j + 4] * values[j + 4]
        f += weights[j + 5] * values[j + 5]
        g += weights[j + 6] * values[j + 6]
        h += weights[j + 7] * values[j + 7]
      }
      for j in whole..<values.count { a += weights[j] * values[j] }
      return ((a + e) + (b + f)) + ((c + g) + (d + h)) + bias
    }
  }
}

extension ExactLayer {
  /// The signs of the pre-activations, and the outputs; nil in any doubt.
  fileprivate func signs(at inputs: NearValues) -> (signs: [Int], outputs: NearValues)? {
    let (rowCount, columnCount) = (layer.unitCount, layer.inputCount)
    var signs = [Int](repeating: 0, count: rowCount)
    var outputs = NearValues(zeroCount: rowCount)
    let areInputsZero = inputs.reach == 0 && inputs.error == 0
    let isDecided = layer.weights.elements.withUnsafeBufferPointer { weights in
      for i in 0..<rowCount {
        let bias = layer.biases[i]
        var (value, error) = (bias, 0.0)
        if rowSums[i] != 0 && !areInputsZero {
          value = inputs.sum(
            UnsafeBufferPointer(rebasing: weights[i * columnCount..<(i + 1) * columnCount]), bias)
          error =
            RoundingFilter.errorOfSum(
              count: columnCount + 1, magnitude: rowSums[i] * inputs.reach + abs(bias))
            // Twice, for the rounding of the product and of the sum of the row.
            + 2 * rowSums[i] * inputs.error
          // Neither an infinite sum nor an error that is no number says anything.
          guard value.isFinite, abs(value) > error else { return false }
        }
        signs[i] = value > 0 ? 1 : value < 0 ? -1 : 0
        if value > 0 || layer.activations[i] == .identity {
          outputs.values[i] = value
          outputs.error = max(outputs.error, error)
          outputs.reach = max(outputs.reach, abs(value))
        }
      }
      return true
    }
    return isDecided ? (signs, outputs) : nil
  }
}
