internal import ArgumentParser
internal import Espalier
internal import ModelIO
internal import NeuralNetwork
internal import StrictJSON

/// One run of `espalier shallow`: regions, then a network for each slab, and what is said of it.
struct ShallowRun {
  private let command: ShallowCommand
  private let imported: ImportedModel
  private let domain: InputDomain
  private let stop: StopSignals
  private let start = ContinuousClock.now

  /// Reads model and domain.
  init(_ command: ShallowCommand) throws {
    self.command = command
    if let output = command.output, OutputFile.isSameFile(output, command.model) {
      throw UsageError("the model would be overwritten; name another file than \(output)")
    }
    stop = StopSignals(timeLimit: command.limits.timeLimit)
    (imported, domain) = try command.domain.read(command.model, command.verbosity)
  }

  /// Does the work, and writes the report and the network; returns true if a limit cut the
  /// measurement short.
  func report() throws -> Bool {
    let design = try design()
    let sampler = ShallowSampler(
      design, of: imported.network, count: command.samples, seed: command.seed)
    var rows: [ShallowReport.Row] = []
    var last: StoredShallow?
    for width in command.widths {
      let exponent = ShallowNetwork.slabExponent(notAbove: width)
      let shallow = ShallowNetwork(design, slabExponent: exponent)
      let slab = shallow.slab.approximation
      if rows.last?.slab == slab { continue }
      let stored = try StoredShallow(shallow, type: command.type == .float32 ? .float32 : .float64)
      rows.append(
        ShallowReport.Row(
          wanted: width, slab: slab, bounds: ShallowBounds(shallow, stored),
          measure: sampler.measure(slab: slab) { stop.reason() == nil }))
      last = stored
    }
    if let output = command.output, let last { try write(last.network, to: output) }
    try show(ShallowReport(design, rows: rows), design)
    let isStopped = stop.reason() != nil
    if isStopped {
      command.verbosity.note("note: a limit was met, so fewer points than asked for were tried.")
    }
    return isStopped
  }

  private func design() throws -> ShallowDesign {
    guard domain.ball == nil else { throw ShallowFailure.ball }
    let intervals = RegionIntervals(
      seed: command.seed, jobCount: Threads.count(asked: command.jobs), verbosity: command.verbosity
    )
    let stability = try intervals.prove(imported, domain, stop)
    var limits = command.limits
    limits.maxRegions = limits.maxRegions ?? ShallowCommand.regionLimit
    let watch = RegionLimits.Watch(limits, stop: stop)
    let line = RegionProgressLine(isShown: command.verbosity.showsProgress, watch: watch)
    defer { line.clear() }
    return try ShallowDesign(
      proved: stability.proved, patterns: command.patterns == .all ? .all : .regions,
      parameterLimit: command.maxParameters,
      concurrency: Threads.concurrency(Threads.count(asked: command.jobs)),
      goesOn: { count in
        line.tick()
        return watch.goesOn(after: count)
      },
      stopReason: {
        watch.reason == .regions
          ? "the limit of \(limits.maxRegions ?? 0) regions (--max-regions)" : watch.reason.text
      })
  }

  private func write(_ network: Network, to path: String) throws {
    let name = InputFile.name(of: path)
    let bytes = try ModelWriter.onnx(
      new: network, name: name,
      metadata: [
        (key: "espalier.shallow.of", value: imported.network.digest),
        (key: "espalier.shallow.domain", value: domain.summary),
      ])
    try OutputFile.write(bytes, to: path)
  }

  private func show(_ report: ShallowReport, _ design: ShallowDesign) throws {
    let seconds = (ContinuousClock.now - start).seconds
    if command.json {
      let head: [JSONMember] = [
        JSONMember(key: "format", value: .string("espalier-shallow/1")),
        JSONMember(key: "model", value: .string(imported.files[0].name)),
        JSONMember(key: "networkDigest", value: .string(imported.network.digest)),
        JSONMember(key: "domain", value: domain.json),
        JSONMember(key: "type", value: .string(command.type.rawValue)),
      ]
      let tail: [JSONMember] = [
        JSONMember(key: "output", value: command.output.map(JSONValue.string) ?? .null),
        JSONMember(key: "seed", value: .number(String(command.seed))),
        JSONMember(key: "seconds", value: .number("\(seconds)")),
      ]
      try StandardOutput.write(JSONWriter.write(.object(head + report.json + tail)))
      return
    }
    let open = design.openCounts.reduce(0, +)
    try Console.write(
      [
        "\(imported.files[0].name): \(open) of \(imported.network.reluUnits.count) relu units are "
          + "open, \(domain.summary), \(ShortNumber.text(seconds)) s", "",
      ] + report.sizeTable.lines + [""] + report.slabTable.lines + [""] + report.lines
        + ["Valid on the domain only."]
        + (command.output.map { ["", "model: \($0) (\(command.type.rawValue))"] } ?? []))
  }
}
