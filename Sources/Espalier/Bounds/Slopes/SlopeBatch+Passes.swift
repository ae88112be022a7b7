internal import COpenBLAS

/// The two passes of an iteration over the rows that are worked on.
///
/// - Source: alpha-beta-CROWN (arXiv 2103.06624), section 3; the multipliers of the leaf inequality
///   say the same, and the forward pass gives their gradients.
extension SlopeBatch {
  /// From the target to the box: multipliers of every unit, and the bounds that they give.
  func passBackward() {
    for r in 0..<activeCount { bounds[r] = constants[r] }
    for (k, part) in network.parts.enumerated().reversed() {
      if k == network.parts.count - 1 { copyObjectives(to: part) }
      for r in 0..<activeCount { bounds[r] += relax(part, k, row: r) }
      let below = k > 0 ? coefficients + network.parts[k - 1].offset : inputs
      let stride = k > 0 ? network.unitCount : network.inputLower.count
      multiplyDown(part, into: below, stride: stride)
    }
    if network.parts.isEmpty { copyObjectivesToInputs() }
    for r in 0..<activeCount { bounds[r] += boxMaximum(row: r) }
  }

  /// From the best corner of the box to the target: the pre-activations of the relaxation.
  ///
  /// - Parameter step: How far parameters move against their gradients; nil if they stay.
  func passForward(_ step: SlopeStep?) {
    for r in 0..<activeCount { moveToCorner(row: r) }
    for (k, part) in network.parts.enumerated() {
      let source = k > 0 ? outputs + network.parts[k - 1].offset : inputs
      let stride = k > 0 ? network.unitCount : network.inputLower.count
      multiplyUp(part, from: source, stride: stride)
      for r in 0..<activeCount {
        propagate(part, row: r)
        if let step { descend(part, k, row: r, step) }
      }
    }
  }

  // MARK: Products

  private func copyObjectives(to part: SlopeNetwork.Part) {
    for r in 0..<activeCount {
      (coefficients + r * network.unitCount + part.offset).update(
        from: objectives + r * objectiveWidth, count: part.units.count)
    }
  }

  private func copyObjectivesToInputs() {
    inputs.update(from: objectives, count: activeCount * objectiveWidth)
  }

  /// `ν W` for every row.
  private func multiplyDown(
    _ part: SlopeNetwork.Part, into below: UnsafeMutablePointer<Float>, stride: Int
  ) {
    if activeCount == 0 || part.inputCount == 0 { return }
    if part.units.isEmpty {
      for r in 0..<activeCount {
        (below + r * stride).update(repeating: 0, count: part.inputCount)
      }
      return
    }
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(activeCount), Int32(part.inputCount),
      Int32(part.units.count), 1, multipliers + part.offset, Int32(max(1, network.unitCount)),
      part.weights, Int32(part.inputCount), 0, below, Int32(stride))
  }

  /// `W h + b` for every row.
  private func multiplyUp(
    _ part: SlopeNetwork.Part, from source: UnsafePointer<Float>, stride: Int
  ) {
    for r in 0..<activeCount {
      (values + r * network.unitCount + part.offset).update(
        from: part.biases, count: part.units.count)
    }
    if activeCount == 0 || part.units.isEmpty || part.inputCount == 0 { return }
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, Int32(activeCount), Int32(part.units.count),
      Int32(part.inputCount), 1, source, Int32(stride), part.weights, Int32(part.inputCount), 1,
      values + part.offset, Int32(network.unitCount))
  }

  // MARK: Units

  /// Turns the coefficients of outputs into multipliers; returns what the units add to the bound.
  private func relax(_ part: SlopeNetwork.Part, _ k: Int, row r: Int) -> Double {
    let start = r * network.unitCount + part.offset
    var sum: Float = 0
    var size: Float = 0
    for i in part.units.indices {
      let q = coefficients[start + i]
      let shift = shifts[start + i]
      let lower = unitLower[part.offset + i]
      let upper = unitUpper[part.offset + i]
      size += abs(q)
      var multiplier = shift
      switch SlopeNetwork.Kind(rawValue: kinds[start + i]) {
      case .open, nil:
        multiplier += q * (q > 0 ? unitSlopes[part.offset + i] : alphas[start + i])
        sum += max(0, -multiplier * lower, (q - multiplier) * upper)
      case .on:
        multiplier += q
        if shift != 0 { sum += max(-shift * max(lower, 0), -shift * upper) }
      case .off:
        if shift != 0 { sum += max(-shift * lower, -shift * min(upper, 0)) }
      case .identity:
        multiplier += q
        if shift != 0 { sum += max(-shift * lower, -shift * upper) }
      }
      multipliers[start + i] = multiplier
      sum += multiplier * part.biases[i]
    }
    scales[r * network.parts.count + k] = size / Float(max(1, part.units.count))
    return Double(sum)
  }

  /// The outputs of the relaxation.
  private func propagate(_ part: SlopeNetwork.Part, row r: Int) {
    let start = r * network.unitCount + part.offset
    for i in part.units.indices {
      let value = values[start + i]
      switch SlopeNetwork.Kind(rawValue: kinds[start + i]) {
      case .open, nil:
        outputs[start + i] =
          coefficients[start + i] > 0
          ? unitSlopes[part.offset + i] * (value - unitLower[part.offset + i])
          : alphas[start + i] * value
      case .on, .identity: outputs[start + i] = value
      case .off: outputs[start + i] = 0
      }
    }
  }

  // MARK: The box

  private func boxMaximum(row r: Int) -> Double {
    let count = network.inputLower.count
    let row = inputs + r * count
    var sums = SIMD8<Float>()
    var t = 0
    while t + 8 <= count {
      let c = UnsafeRawPointer(row + t).loadUnaligned(as: SIMD8<Float>.self)
      let l = UnsafeRawPointer(inputLower + t).loadUnaligned(as: SIMD8<Float>.self)
      let u = UnsafeRawPointer(inputUpper + t).loadUnaligned(as: SIMD8<Float>.self)
      sums += c * l.replacing(with: u, where: c .> 0)
      t += 8
    }
    var sum = Double(sums.sum())
    while t < count {
      sum += Double(max(row[t] * inputLower[t], row[t] * inputUpper[t]))
      t += 1
    }
    return sum
  }

  private func moveToCorner(row r: Int) {
    let count = network.inputLower.count
    let row = inputs + r * count
    for t in 0..<count { row[t] = row[t] > 0 ? inputUpper[t] : inputLower[t] }
  }
}
