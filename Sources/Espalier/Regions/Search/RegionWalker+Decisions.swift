/// How units are decided where vertices do not: by linear programs, in doubles and then exactly.
extension RegionWalker {
  /// Decides a unit by linear programs in doubles, or exactly if these cannot.
  ///
  /// - Returns: False if the unit cut the cell, or the walk was told to end.
  mutating func decideByProgram(
    _ i: Int, _ position: Int, _ cell: PointCell, in state: inout RegionState
  ) -> Bool {
    let program = CellProgram(network, cuts: state.cuts)
    findings.programCount += 1
    guard program.isStrictlyInside(cell.point) else {
      return decideExactly(i, position, nil, in: &state)
    }
    switch cell.examine(state.forms, i, program) {
    case .oneSided(let isOn):
      settle(&state, i, position, isOn ? .on : .off)
      return true
    case .both(let off, let on):
      if countsLastCut(state) { return false }
      push(
        state, i, position, off: .point(PointCell(point: off)), on: .point(PointCell(point: on)))
      return false
    case .unknown: return decideExactly(i, position, cell, in: &state)
    }
  }

  /// Decides a unit by exact programs.
  ///
  /// - Returns: False if the unit cut the cell, or the walk was told to end.
  mutating func decideExactly(
    _ i: Int, _ position: Int, _ cell: PointCell?, in state: inout RegionState
  ) -> Bool {
    findings.exactCount += 1
    if state.exact == nil {
      state.exact = ExactForms(network, phases: state.phases, depth: state.layer)
    }
    if options.countsFaces { return decideHalfOpen(i, position, in: &state) }
    let side = prover.exactCell(state).side(layer: state.layer, row: i)
    if stops(at: state) { return false }
    switch side {
    case .off: settle(&state, i, position, .off)
    case .on: settle(&state, i, position, .on)
    case .zero: settle(&state, i, position, .zero)
    case .both, .touching, .unknown:
      if countsLastCut(state) { return false }
      let (off, on) = deepShapes(state, i)
      push(state, i, position, off: off, on: on)
      return false
    }
    return true
  }

  /// The same where patterns count that are taken on faces only.
  private mutating func decideHalfOpen(
    _ i: Int, _ position: Int, in state: inout RegionState
  ) -> Bool {
    let cell = prover.exactCell(state)
    let isOff = cell.isTaken(layer: state.layer, row: i, isOn: false)
    let isOn = cell.isTaken(layer: state.layer, row: i, isOn: true)
    if stops(at: state) { return false }
    guard isOff && isOn else {
      settle(&state, i, position, isOn ? .on : .off)
      return true
    }
    if countsLastCut(state) { return false }
    let hasBothInsides = cell.side(layer: state.layer, row: i) == .touching
    let (off, on) = hasBothInsides ? deepShapes(state, i) : (.cuts, .cuts)
    push(state, i, position, off: off, on: on)
    return false
  }

  /// The two sides of a cut by points deep inside, if doubles find them.
  private func deepShapes(
    _ state: RegionState, _ i: Int
  ) -> (off: RegionState.Shape, on: RegionState.Shape) {
    if options.isExact { return (.cuts, .cuts) }
    func shape(_ isOn: Bool) -> RegionState.Shape {
      let cut = Cut(
        state.cuts, forms: state.forms, row: i, layer: state.layer, position: 0, isOn: isOn)
      let program = CellProgram(network, cuts: cut)
      guard let point = program.deepPoint(), program.isStrictlyInside(point) else { return .cuts }
      return .point(PointCell(point: point))
    }
    return (shape(false), shape(true))
  }

  /// Puts a state back if the walk was told to end while an exact program ran.
  mutating func stops(at state: RegionState) -> Bool {
    if goesOn(0) { return false }
    isStopped = true
    stack.append(state)
    return true
  }
}
