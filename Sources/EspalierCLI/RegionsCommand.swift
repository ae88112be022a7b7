internal import ArgumentParser
internal import Certificates
internal import CBCBackend
internal import Espalier
internal import ModelIO
internal import NeuralNetwork

/// `espalier regions`
struct RegionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "regions", abstract: "Counts regions.")
  @Argument var model: String
  @OptionGroup var domainOptions: DomainOptions
  @Option var layers: Int?
  @Option var engine: String = "auto"
  @Option var jobs = 1
  @Flag var proof = false
  @Option(name: .shortAndLong) var output: String?
  func run() throws {
    try ExitStatus.catching {
      let imported = try ModelReader.read(path: model)
      let domain = try domainOptions.resolve(for: imported).domain
      let clock = ContinuousClock()
      let t0 = clock.now
      var analysis = try StabilityAnalysis(network: imported.network, domain: domain,
        options: AnalysisOptions(engines: [.samples, .bounds]), decider: UnitSearch(lpEngine: CLPSolver(), milpSolver: CBCSolver()))
      let result = analysis.run()
      let t1 = clock.now
      let layerCount = layers ?? ((imported.network.reluUnits.last?.layer ?? 0) + 1)
      let counter = RegionCounter(proved: result.proved,
        options: RegionOptions(engine: RegionEngine(rawValue: engine)!, layerCount: layerCount, hasProof: proof || output != nil))
      var nodes: [RegionNode] = []
      let counted = counter.run(onNodes: { nodes += $0 }, goesOn: { _ in true })
      let t2 = clock.now
      print(counted.totals, "parts", counted.parts.map { ($0.units.count, $0.inputCount, $0.engine.rawValue, $0.cutCount, $0.programCount, $0.exactCount) }, "stability", (t1 - t0), "count", (t2 - t1), "nodes", nodes.count)
      if let output {
        var certificate = result.certificate(files: imported.files, producer: "x")
        certificate.regions = RegionClaim(layerCount: layerCount, counts: counted.parts.map(\.counts), nodes: nodes)
        try OutputFile.write(CertificateFile.bytes(of: certificate, for: output), to: output)
      }
    }
  }
}
