internal import ArgumentParser
internal import Espalier
internal import ModelIO
internal import NeuralNetwork
internal import StrictJSON

/// `espalier draw`: the linear regions of a slice of the inputs.
struct DrawCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "draw",
    abstract: "Draws the linear regions on a plane of inputs, exactly.",
    discussion: """
      The plane is spanned by two inputs, or goes through three points; the domain cuts it. A \
      network with two inputs needs neither option. In the picture the pointer tells what a \
      region or a line is.

      Ends with status 2 if there are more regions than --max-regions; the last whole layer with \
      at most as many is written.
      """)

  @Argument(help: "The model: .onnx, .nnet, .npz or .json.")
  var model: String

  @OptionGroup(title: "Slice") var slice: DrawSliceOptions

  @OptionGroup(title: "Input domain") var domain: DomainOptions

  @Option(
    name: .long,
    help: ArgumentHelp("Only the first layers; their values become the outputs.", valueName: "k"))
  var layers: Int?

  @Option(
    name: .long,
    help: "What colors tell: map (default), gradient, class (the largest output) or pattern.")
  var color = DrawColor.map

  @Option(
    name: .long, help: ArgumentHelp("The output of --color gradient.", valueName: "k"))
  var output = 0

  @Option(name: .long, help: "svg, json or graphml; else the end of the name of -o tells, or svg.")
  var format: DrawFormat?

  @Option(name: .long, help: "The largest number of regions.")
  var maxRegions = 200_000

  @Option(
    name: .customShort("o"),
    help: ArgumentHelp("Where the picture goes; else to standard output.", valueName: "slice.svg"))
  var path: String?

  @OptionGroup var verbosity: VerbosityOptions

  func validate() throws {
    if maxRegions < 1 {
      throw ValidationError("--max-regions: expected at least 1, found \(maxRegions).")
    }
    if let path, format == nil, DrawFormat(path: path) == nil {
      throw ValidationError(
        "-o: expected a name ending in .svg, .json or .graphml, or --format; found \"\(path)\".")
    }
  }

  func run() throws {
    var isCutShort = false
    try ExitStatus.catching {
      let inputPaths = [model] + [slice.at].compactMap(\.self) + slice.planePaths
      if let path, inputPaths.contains(where: { OutputFile.isSameFile(path, $0) }) {
        throw UsageError("-o: an input file would be overwritten; name another file")
      }
      let (imported, domain) = try domain.read(model, verbosity)
      let (slice, notes) = try slice.resolve(in: domain)
      notes.forEach { verbosity.note("note: \($0)") }
      let subdivision = try PolygonSubdivision(
        network: imported.network, slice: slice, domain: domain, layerCount: layers,
        regionLimit: maxRegions)
      isCutShort = subdivision.isCutShort
      if isCutShort { StandardOutput.printError(cutLine(subdivision)) }
      guard !subdivision.countsAfterLayers.isEmpty else { return }
      try write(try bytes(subdivision, imported, domain))
      verbosity.note("note: \(countLine(subdivision))")
    }
    if isCutShort { throw ExitCode(ExitStatus.limit) }
  }
}

extension DrawCommand {
  private func write(_ bytes: [UInt8]) throws {
    guard let path else { return try StandardOutput.write(bytes) }
    try OutputFile.write(bytes, to: path)
  }

  private func bytes(
    _ subdivision: PolygonSubdivision, _ imported: ImportedModel, _ domain: InputDomain
  ) throws -> [UInt8] {
    switch format ?? path.flatMap(DrawFormat.init(path:)) ?? .svg {
    case .svg:
      let outputCount = subdivision.maps[0].rows.count
      guard (0..<outputCount).contains(output) else {
        throw UsageError("--output: expected 0 to \(outputCount - 1), found \(output)")
      }
      return SliceDrawing(
        subdivision, coloring: color.coloring, output: output, caption: caption(imported, domain)
      ).svg
    case .json:
      let document = SliceDocument(subdivision, hasClasses: color == .class)
      return JSONWriter.write(
        document.json(head: [
          JSONMember(key: "model", value: .string(imported.files[0].name)),
          JSONMember(key: "networkDigest", value: .string(imported.network.digest)),
          JSONMember(key: "domain", value: domain.json),
          JSONMember(key: "producer", value: .string("espalier \(EspalierCommand.version)")),
        ]))
    case .graphml: return SliceGraph(subdivision).graphML
    }
  }

  private func caption(_ imported: ImportedModel, _ domain: InputDomain) -> SliceCaption {
    let widths = imported.network.layers.map { String($0.unitCount) }.joined(separator: "-")
    let part = layers.map { ", first \($0 == 1 ? "layer" : "\($0) layers")" } ?? ""
    return SliceCaption(
      title: imported.files[0].name,
      subtitle: "\(imported.network.inputCount)-\(widths)\(part), \(domain.summary)",
      pointNames: slice.planePaths)
  }

  private func countLine(_ subdivision: PolygonSubdivision) -> String {
    "\(subdivision.regions.count) linear regions, \(subdivision.pieceCount) pieces, "
      + "\(subdivision.maps.count) affine maps"
  }

  /// What a limit left.
  private func cutLine(_ subdivision: PolygonSubdivision) -> String {
    let done = subdivision.countsAfterLayers
    let found =
      done.isEmpty
      ? "nothing is written"
      : "written is what the first \(done.count == 1 ? "layer makes" : "\(done.count) layers make"),"
        + " \(done[done.count - 1]) regions"
    return "limit: layer \(done.count) makes more than \(maxRegions) regions (--max-regions); "
      + found
  }
}
