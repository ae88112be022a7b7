internal import BigInt
internal import Certificates
internal import Espalier
internal import NeuralNetwork
internal import StrictJSON

/// What a count of regions says about itself.
extension RegionRun {
  /// The model, the domain, and how regions were counted.
  func headLines(_ result: RegionResult?) -> [String] {
    let open = RegionParts.openUnits(of: stability.proved, layerCount: layerCount).count
    let units = imported.network.reluUnits.count { $0.layer < layerCount }
    var lines = [
      "\(imported.files[0].name): \(open) of \(units) relu units are open, \(domain.summary), "
        + "\(ShortNumber.text(seconds)) s"
    ]
    for (index, part) in (result?.parts ?? []).enumerated() {
      let name = (result?.parts.count ?? 0) > 1 ? "part \(index): " : ""
      lines.append(
        "\(name)engine \(part.engine.rawValue): \(part.units.count) units over "
          + "\(part.inputCount) free inputs (vertices up to \(RegionOptions.faceDimension), "
          + "else points); \(part.cutCount) cuts, \(part.programCount) linear programs, "
          + "\(part.exactCount) exact")
    }
    return lines
  }

  /// What stands below the table.
  func tail(_ reason: RegionLimits.Reason) -> [String] {
    if reason != .none { return [] }
    if let output = command.output { return ["", "certificate: \(output)"] }
    return ["", "counted without certificate"]
  }

  /// The report as JSON.
  func json(
    _ report: RegionReport, _ result: RegionResult?, _ reason: RegionLimits.Reason
  ) -> JSONValue {
    let parts = (result?.parts ?? []).map { part in
      JSONValue.members(
        ("engine", .string(part.engine.rawValue)), ("openUnits", .integer(part.units.count)),
        ("freeInputs", .integer(part.inputCount)),
        ("counts", .array(part.counts.map(JSONValue.integer))),
        ("cuts", .integer(part.cutCount)), ("linearPrograms", .integer(part.programCount)),
        ("exactQuestions", .integer(part.exactCount)))
    }
    return .members(
      ("format", .string("espalier-regions/1")), ("model", .string(imported.files[0].name)),
      ("networkDigest", .string(imported.network.digest)), ("domain", domain.json),
      ("layers", .integer(layerCount)), ("regions", report.json), ("parts", .array(parts)),
      ("stoppedBy", reason == .none ? .null : .string(reason.text)),
      ("certificate", command.output.map(JSONValue.string) ?? .null),
      ("seed", .number(String(command.seed))),
      ("jobs", .integer(Threads.count(asked: command.jobs))),
      ("seconds", .number("\(seconds)")))
  }
}
