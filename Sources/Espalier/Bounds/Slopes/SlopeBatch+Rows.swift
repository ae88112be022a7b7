/// Rows that come, improve and are done.
extension SlopeBatch {
  /// The parameters of a row, as its children inherit them.
  struct Parameters {
    /// By position; empty for the first guess.
    var alphas: [Float] = []
    /// By position; empty for none.
    var shifts: [Float] = []
  }

  /// A unit that is assumed to be on or off.
  struct Assumption {
    let position: Int
    let kind: SlopeNetwork.Kind
  }

  /// Empties the batch.
  func reset() {
    rowCount = 0
    activeCount = 0
  }

  /// Adds a row.
  ///
  /// - Parameters:
  ///   - number: A number of the caller's, under which the row is known.
  ///   - phases: The units that are assumed to be on or off.
  ///   - parameters: Where the search begins.
  func add(
    number: Int, objective: SlopeNetwork.Objective,
    phases: [Assumption] = [], parameters: Parameters = .init()
  ) {
    precondition(rowCount == activeCount && rowCount < capacity, "a batch of \(capacity) is full")
    let r = rowCount
    let count = network.unitCount
    let start = r * count
    numbers[r] = number
    constants[r] = objective.constant
    bestBounds[r] = .infinity
    (objectives + r * objectiveWidth).update(
      from: objective.coefficients, count: objectiveWidth)
    (kinds + start).update(from: network.kinds, count: count)
    for phase in phases { kinds[start + phase.position] = phase.kind.rawValue }
    if parameters.alphas.isEmpty {
      for i in 0..<count { alphas[start + i] = network.upper[i] > -network.lower[i] ? 1 : 0 }
    } else {
      (alphas + start).update(from: parameters.alphas, count: count)
    }
    if parameters.shifts.isEmpty {
      (shifts + start).update(repeating: 0, count: count)
    } else {
      (shifts + start).update(from: parameters.shifts, count: count)
    }
    for moments in [alphaMoments, alphaSquares, shiftMoments, shiftSquares] {
      (moments + start).update(repeating: 0, count: count)
    }
    rowCount += 1
    activeCount += 1
  }

  /// Keeps the multipliers of the active rows whose bounds are the best so far.
  func keepBest() {
    let count = network.unitCount
    for r in 0..<activeCount where bounds[r] < bestBounds[r] {
      bestBounds[r] = bounds[r]
      (bestAlphas + r * count).update(from: alphas + r * count, count: count)
      (bestShifts + r * count).update(from: shifts + r * count, count: count)
      (bestMultipliers + r * count).update(from: multipliers + r * count, count: count)
    }
  }

  /// The sum of the best bounds of the active rows, and that of their magnitudes.
  var totals: (sum: Double, size: Double) {
    (0..<activeCount).reduce((0, 0)) { ($0.0 + bestBounds[$1], $0.1 + abs(bestBounds[$1])) }
  }

  /// Moves rows that are done behind the active ones.
  func retire(where isDone: (Int) -> Bool) {
    var r = 0
    while r < activeCount {
      if isDone(r) {
        activeCount -= 1
        if r < activeCount { swapRows(r, activeCount) }
      } else {
        r += 1
      }
    }
  }

  /// The parameters of the best bound of a row.
  func bestParameters(row r: Int) -> Parameters {
    let start = r * network.unitCount
    return Parameters(
      alphas: Array(UnsafeBufferPointer(start: bestAlphas + start, count: network.unitCount)),
      shifts: Array(UnsafeBufferPointer(start: bestShifts + start, count: network.unitCount)))
  }

  /// The best corners of the active rows, row-major, after a forward pass.
  var corners: [Float] {
    Array(UnsafeBufferPointer(start: inputs, count: activeCount * network.inputLower.count))
  }

  /// The best corner of a row, after a forward pass.
  func corner(row r: Int) -> [Double] {
    let count = network.inputLower.count
    return (0..<count).map { Double(inputs[r * count + $0]) }
  }

  private func swapRows(_ r: Int, _ s: Int) {
    numbers.swapAt(r, s)
    constants.swapAt(r, s)
    bounds.swapAt(r, s)
    bestBounds.swapAt(r, s)
    for k in network.parts.indices {
      scales.swapAt(r * network.parts.count + k, s * network.parts.count + k)
    }
    let count = network.unitCount
    for block in [
      alphas, shifts, coefficients, multipliers, bestAlphas, bestShifts, bestMultipliers,
      alphaMoments, alphaSquares, shiftMoments, shiftSquares,
    ] { Self.swap(block + r * count, block + s * count, count) }
    Self.swap(kinds + r * count, kinds + s * count, count)
    Self.swap(objectives + r * objectiveWidth, objectives + s * objectiveWidth, objectiveWidth)
    let width = network.inputLower.count
    Self.swap(inputs + r * width, inputs + s * width, width)
  }

  private static func swap<Element>(
    _ left: UnsafeMutablePointer<Element>, _ right: UnsafeMutablePointer<Element>, _ count: Int
  ) {
    for i in 0..<count { Swift.swap(&left[i], &right[i]) }
  }
}
