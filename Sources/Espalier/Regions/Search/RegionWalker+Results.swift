internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// What a walk writes down.
extension RegionWalker {
  mutating func settle(
    _ state: inout RegionState, _ i: Int, _ position: Int, _ phase: UnitPhase
  ) {
    if options.hasProof {
      guard let node = node(state, i, network.units[position], phase) else { return }
      findings.nodes.append(node)
    }
    state.phases[position] = phase
    state.pending.removeLast()
    state.deferredCount = min(state.deferredCount, state.pending.count)
  }

  private mutating func node(
    _ state: RegionState, _ i: Int, _ unit: UnitID, _ phase: UnitPhase
  ) -> RegionNode? {
    let program = CellProgram(network, cuts: state.cuts)
    let sides: [RegionSide]
    switch phase {
    case .on, .cutOn: sides = [.off]
    case .off, .cutOff: sides = [.on]
    case .zero, .open: sides = [.on, .off]
    }
    let leaves = sides.compactMap {
      prover.leaf(state, row: i, emptySide: $0, program: program)
    }
    guard leaves.count == sides.count else {
      if stops(at: state) { return nil }
      findings.failure = .noProof(unit)
      return nil
    }
    return leaves.count == 2
      ? .zero(unit, upper: leaves[0], lower: leaves[1]) : .empty(sides[0], unit, leaves[0])
  }

  mutating func push(
    _ state: RegionState, _ i: Int, _ position: Int, off: RegionState.Shape,
    on: RegionState.Shape
  ) {
    findings.cutCount += 1
    if options.hasProof { findings.nodes.append(.split(network.units[position])) }
    for (isOn, shape) in [(true, on), (false, off)] {
      var child = state
      child.shape = shape
      child.cuts = Cut(
        state.cuts, forms: state.forms, row: i, layer: state.layer, position: position,
        isOn: isOn)
      child.phases[position] = isOn ? .cutOn : .cutOff
      child.pending.removeLast()
      child.deferredCount = 0
      stack.append(child)
    }
  }

  mutating func end(_ state: RegionState) {
    if options.hasPatterns { findings.patterns.append(state.phases) }
    guard options.hasProof else { return }
    let candidates: [[Double]]
    switch state.shape {
    case .vertices(let cell): candidates = [cell.center]
    case .point(let cell):
      candidates =
        [cell.point] + (CellProgram(network, cuts: state.cuts).deepPoint().map { [$0] } ?? [])
    case .cuts: candidates = []
    }
    guard let point = prover.point(state, candidates: candidates) else {
      if stops(at: state) { return }
      findings.failure = .noPoint
      return
    }
    findings.nodes.append(.point(point))
  }
}
