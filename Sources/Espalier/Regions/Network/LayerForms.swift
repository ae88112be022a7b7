/// The pre-activations of one layer as affine forms of the part's inputs, on one cell.
///
/// In doubles, with a bound on how far the value of a form at any input of the domain, computed in
/// doubles, may be from the true pre-activation.
///
/// - Source: Higham, *Accuracy and Stability of Numerical Algorithms*, section 3.1, with twice the
///   unit roundoff, so that the bounds themselves may be rounded.
final class LayerForms: Sendable {
  /// The number of inputs.
  let dimension: Int
  /// Coefficients and constant of each row: `dimension + 1` numbers, the constant last.
  let values: [Double]
  /// How far coefficients and constant may be off, in the value at any input.
  let drifts: [Double]
  /// The same with the rounding of the evaluation.
  let errors: [Double]
  /// Bounds on `Σ |a_t x_t| + |c|`.
  let sizes: [Double]
  /// `Σ |a_t|`, not less than that.
  let norms: [Double]

  /// The numbers of a row, the constant last.
  func row(_ i: Int) -> ArraySlice<Double> {
    values[i * (dimension + 1)..<(i + 1) * (dimension + 1)]
  }

  /// The value at a point.
  func value(_ i: Int, at point: [Double]) -> Double {
    let start = i * (dimension + 1)
    var value = values[start + dimension]
    for t in 0..<dimension { value += values[start + t] * point[t] }
    return value
  }

  /// Computes the values of a row at several points.
  ///
  /// - Parameters:
  ///   - coordinates: Those of the points, all first ones, then all second ones, ….
  ///   - count: The number of points.
  ///   - result: Room for one value per point.
  func values(
    of row: Int, at coordinates: UnsafeBufferPointer<Double>, count: Int,
    into result: UnsafeMutableBufferPointer<Double>
  ) {
    let start = row * (dimension + 1)
    values.withUnsafeBufferPointer { form in
      let constant = form[start + dimension]
      for v in 0..<count { result[v] = constant }
      for t in 0..<dimension {
        let factor = form[start + t]
        let column = UnsafeBufferPointer(rebasing: coordinates[t * count..<(t + 1) * count])
        for v in 0..<count { result[v] += factor * column[v] }
      }
    }
  }

  /// The forms of the first layer.
  convenience init(first network: PartNetwork) {
    let layer = network.layers[0]
    let n = network.dimension
    var values: [Double] = []
    values.reserveCapacity(layer.rows.count * (n + 1))
    for i in layer.rows.indices {
      values += layer.weights[i * n..<(i + 1) * n]
      values.append(layer.biases[i])
    }
    let underflow = network.underflow
    self.init(network, values: values, drifts: layer.biasErrors.map { $0 + underflow })
  }

  /// The forms of layer `k` on a cell where the rows below that are `active` pass their values on.
  convenience init(layer k: Int, of network: PartNetwork, below: LayerForms, active: [Int]) {
    let layer = network.layers[k]
    let stride = network.dimension + 1
    let rounding = Double(active.count + 3) * PartNetwork.unitRoundoff
    let underflow = network.underflow
    let rowCount = layer.rows.count
    var drifts = [Double](repeating: 0, count: rowCount)
    let values = [Double](unsafeUninitializedCapacity: rowCount * stride) { values, count in
      count = rowCount * stride
      values.initialize(repeating: 0)
      below.values.withUnsafeBufferPointer { inner in
        for i in 0..<rowCount {
          let target = UnsafeMutableBufferPointer(
            rebasing: values[i * stride..<(i + 1) * stride])
          var drift = rounding * layer.biasSizes[i] + layer.biasErrors[i] + underflow
          for j in active {
            let weight = layer.weights[i * layer.belowCount + j]
            if weight == 0 { continue }
            let source = UnsafeBufferPointer(rebasing: inner[j * stride..<(j + 1) * stride])
            for t in 0..<stride { target[t] += weight * source[t] }
            drift += weight.magnitude * (below.drifts[j] + rounding * below.sizes[j])
          }
          target[stride - 1] += layer.biases[i]
          drifts[i] = drift
        }
      }
    }
    self.init(network, values: values, drifts: drifts)
  }

  private init(_ network: PartNetwork, values: [Double], drifts: [Double]) {
    let n = network.dimension
    dimension = n
    self.values = values
    self.drifts = drifts
    let rounding = Double(n + 3) * PartNetwork.unitRoundoff
    let reach = network.reach
    var sizes = [Double](repeating: 0, count: drifts.count)
    var norms = sizes
    var errors = sizes
    for i in drifts.indices {
      let start = i * (n + 1)
      var size = values[start + n].magnitude
      var norm = 0.0
      for t in 0..<n {
        let magnitude = values[start + t].magnitude
        norm += magnitude
        size += magnitude * reach[t]
      }
      sizes[i] = size
      norms[i] = norm * (1 + 0x1p-40)
      errors[i] = drifts[i] + rounding * size
    }
    self.sizes = sizes
    self.norms = norms
    self.errors = errors
  }
}
