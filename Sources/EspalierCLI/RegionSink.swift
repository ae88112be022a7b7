internal import Certificates
internal import Espalier
internal import ModelIO

/// Takes the nodes of a region certificate: line by line into a file, or into memory for one
/// document.
final class RegionSink {
  private enum Form {
    case lines(CertificateFile)
    case document(path: String)
  }

  private let run: RegionRun
  private let layerCount: Int
  private let form: Form
  private var nodes: [RegionNode] = []

  /// A sink for the file that the user named; nil if there is none.
  init?(_ run: RegionRun, layerCount: Int) throws {
    guard let path = run.command.output else { return nil }
    self.run = run
    self.layerCount = layerCount
    guard CertificateFile.isInLines(path) else {
      form = .document(path: path)
      return
    }
    let file = try CertificateFile(
      path: path,
      head: StabilityAnalysis.head(
        network: run.imported.network, domain: run.domain, files: run.imported.files,
        producer: Self.producer))
    if let boxes = run.stability.boxes { file.take(boxes) }
    run.stability.steps.forEach { file.take($0) }
    try file.beginRegions(run.stability, layerCount: layerCount)
    form = .lines(file)
  }

  private static let producer = "espalier \(EspalierCommand.version)"

  /// Takes nodes in order.
  func take(_ more: [RegionNode]) {
    switch form {
    case .lines(let file): file.take(more)
    case .document: nodes += more
    }
  }

  /// Writes the end.
  func finish(counts: [[Int]]) throws {
    switch form {
    case .lines(let file): try file.finish(regionCounts: counts)
    case .document(let path):
      var certificate = run.stability.certificate(
        files: run.imported.files, producer: Self.producer)
      certificate.regions = RegionClaim(layerCount: layerCount, counts: counts, nodes: nodes)
      try OutputFile.write(certificate.encoded, to: path)
    }
  }
}
