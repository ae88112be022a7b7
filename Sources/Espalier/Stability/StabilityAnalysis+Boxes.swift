internal import Certificates
internal import NeuralNetwork

extension StabilityAnalysis {
  /// The most inputs that may vary for the domain to be cut.
  static let mostCutInputs = 16
  /// Fewer open sides than these are decided one by one.
  static let leastOpenSides = 8

  /// The stage to which a unit owes its sign that has one from the start.
  static func firstStage(layer k: Int, boxes: BoxProof?) -> String {
    k > 0 && boxes != nil ? "boxes" : "interval"
  }

  /// Where few inputs vary, cuts the domain into boxes on which plain bounds decide all layers.
  mutating func cutIntoBoxes() {
    let box = state.domain.box
    guard let last = network.layers.lastIndex(where: { $0.activations.contains(.relu) }),
      last > 0, box.varyingInputs.count <= Self.mostCutInputs,
      BoxBounds.unsuitedLayer(network, layerCount: last + 1) == nil
    else { return }
    report(0, "boxes")
    var search = BoxSearch(
      network: book.network, layerCount: last + 1, domain: box,
      limits: .init(boxes: Self.boundsPerNode * options.nodeLimit), concurrency: concurrency)
    let proof = cut(with: &search)
    guard let proof else { return }
    state = ProofState(
      network: book.network, domain: state.domain, boxClaims: search.claims)
    boxes = proof
    onBoxes?(proof)
  }

  /// True unless no relu unit above a layer can be open, so that its intervals matter no more.
  func mayBeOpen(above k: Int) -> Bool {
    guard let boxes else { return isFollowedByReluUnits(k) }
    let proved = Set(boxes.targets.map(\.unit))
    return network.reluUnits.contains { unit in
      unit.layer > k && !proved.contains(unit) && Side.allCases.contains { !pool.shows(unit, $0) }
    }
  }

  private mutating func cut(with search: inout BoxSearch) -> BoxProof? {
    let (stopReason, sampler, count) = (stopReason, sampler, network.inputCount)
    let (onProgress, start) = (onProgress, progress(0, "boxes"))
    var pool = pool
    defer { self.pool = pool }
    guard search.openSideCount(isWanted: { !pool.shows($0, $1) }) >= Self.leastOpenSides else {
      return nil
    }
    return search.search(
      isWanted: { !pool.shows($0, $1) },
      replay: { points in
        pool.add(BatchMatrix(rows: points.map(sampler.admit), columnCount: count))
      },
      onBatch: { boxes, share in
        var progress = start
        progress.stage = "boxes: \(boxes), \(Int(100 * share)) % of the domain closed"
        onProgress(progress)
      },
      shouldStop: { stopReason() != nil })
  }
}
