/// A cell by a point inside and the list of its cuts; works in any dimension.
struct PointCell: Sendable {
  /// A point that is strictly inside every cut, whatever was rounded.
  let point: [Double]

  /// What a unit does on a cell, as far as doubles can tell.
  enum Finding {
    /// One side is empty: the multipliers that show it.
    case oneSided(isOn: Bool)
    /// A point for each side.
    case both(off: [Double], on: [Double])
    case unknown
  }

  /// Looks at a unit: the point tells one side, a linear program the other.
  func examine(_ forms: LayerForms, _ i: Int, _ program: CellProgram) -> Finding {
    let value = forms.value(i, at: point)
    let error = forms.errors[i]
    var points: (off: [Double]?, on: [Double]?) = (
      value < -error ? point : nil, value > error ? point : nil
    )
    for isOn in [false, true] where (isOn ? points.on : points.off) == nil {
      let objective = forms.row(i).map { isOn ? $0 : -$0 }
      let answer = program.maximize(objective, stop: -error)
      guard let answer else { return .unknown }
      guard let extreme = answer.point else {
        let isEmpty = program.isNegative(
          objective, error: error, size: forms.sizes[i], by: answer.multipliers)
        return isEmpty ? .oneSided(isOn: !isOn) : .unknown
      }
      let found = inner(
        extreme, height: answer.bound, depth: isOn ? -value : value, objective, error, program)
      guard let found else {
        let isEmpty = program.isNegative(
          objective, error: error, size: forms.sizes[i], by: answer.multipliers)
        return isEmpty ? .oneSided(isOn: !isOn) : .unknown
      }
      if isOn { points.on = found } else { points.off = found }
    }
    guard let off = points.off, let on = points.on else { return .unknown }
    return .both(off: off, on: on)
  }

  /// A point strictly inside the cell where the objective is positive: on the way from where it is
  /// largest to the point of the cell, or, if that comes near a cut, as deep as a program finds it.
  private func inner(
    _ extreme: [Double], height: Double, depth: Double, _ objective: [Double], _ error: Double,
    _ program: CellProgram
  ) -> [Double]? {
    guard height > error else { return nil }
    let share = depth > 0 ? 0.5 * height / (height + depth) : 0.5
    let candidate = zip(extreme, point).map { $0 + share * ($1 - $0) }
    if program.isDeep(candidate), program.isStrictlyInside(candidate, above: error, objective) {
      return candidate
    }
    guard let deep = program.deepPoint(objective) else { return nil }
    return program.isStrictlyInside(deep, above: error, objective) ? deep : nil
  }
}

extension CellProgram {
  /// The share of a constraint's size from which on a point counts as deep inside.
  private static let depthShare = 0x1p-20

  /// True if no constraint is near 0 at a point, so that points on the way to others can be, too.
  func isDeep(_ point: [Double]) -> Bool {
    constraints.allSatisfy { value($0.values, at: point) > Self.depthShare * $0.size }
  }

  private func value(_ row: [Double], at point: [Double]) -> Double {
    var sum = row[lower.count]
    for t in lower.indices { sum += row[t] * point[t] }
    return sum
  }

  /// True if every constraint is positive at a point, and so is the objective, whatever was rounded.
  func isStrictlyInside(
    _ point: [Double], above error: Double = 0, _ objective: [Double]? = nil
  ) -> Bool {
    let n = lower.count
    for t in 0..<n where !(point[t] >= lower[t] && point[t] <= upper[t]) { return false }
    if let objective, !(value(objective, at: point) > error) { return false }
    return constraints.allSatisfy { value($0.values, at: point) > $0.error }
  }
}
