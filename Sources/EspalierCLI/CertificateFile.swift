internal import Certificates
internal import Espalier
internal import ModelIO

/// A certificate in lines that is written while the search goes on.
final class CertificateFile {
  private let file: GrowingFile
  private var writer: CertificateLineWriter
  private let concurrency: Concurrency
  /// The nodes of the region trees since the last point.
  private var cell: [RegionNode] = []
  /// What went wrong when a step was written; the search need not go on then.
  private(set) var failure: OutputFile.WriteError?

  /// Begins the file with its head.
  ///
  /// - Parameter concurrency: How the text of large steps is made.
  init(
    path: String, head: CertificateHead, concurrency: Concurrency = .serial
  ) throws(OutputFile.WriteError) {
    self.concurrency = concurrency
    file = try GrowingFile(path: path)
    writer = CertificateLineWriter(head)
    try file.append(writer.headLine())
  }

  /// Writes the boxes into which the domain is cut.
  func take(_ boxes: BoxProof) {
    attempt { () throws(OutputFile.WriteError) in
      try writer.forEachLine(of: boxes, concurrency: concurrency) {
        line throws(OutputFile.WriteError) in try file.append(line)
      }
    }
  }

  /// Writes a step.
  func take(_ step: Step) {
    attempt { () throws(OutputFile.WriteError) in
      try writer.forEachLine(of: step, concurrency: concurrency) {
        line throws(OutputFile.WriteError) in try file.append(line)
      }
    }
  }

  private func attempt(_ write: () throws(OutputFile.WriteError) -> Void) {
    guard failure == nil else { return }
    do throws(OutputFile.WriteError) {
      try write()
    } catch {
      failure = error
    }
  }

  /// Writes what comes after the steps, and gives the file its name.
  func finish(_ result: StabilityResult) throws(OutputFile.WriteError) {
    try takeVerdicts(result)
    try file.append(writer.endLine())
    try file.finish()
  }

  // MARK: Regions

  /// Writes points and verdicts, and begins a claim about regions.
  func beginRegions(_ result: StabilityResult, layerCount: Int) throws(OutputFile.WriteError) {
    try takeVerdicts(result)
    try file.append(writer.regionsLine(layerCount: layerCount))
  }

  /// Writes nodes of region trees; those after the last point wait for the next.
  func take(_ nodes: [RegionNode]) {
    attempt { () throws(OutputFile.WriteError) in
      for node in nodes {
        cell.append(node)
        guard case .point = node else { continue }
        try file.append(writer.line(ofCell: cell))
        cell = []
      }
    }
  }

  /// Ends the claim about regions, and gives the file its name.
  func finish(regionCounts: [[Int]]) throws(OutputFile.WriteError) {
    if let failure { throw failure }
    try file.append(writer.line(ofCounts: regionCounts))
    try file.append(writer.endLine())
    try file.finish()
  }

  private func takeVerdicts(_ result: StabilityResult) throws(OutputFile.WriteError) {
    if let failure { throw failure }
    for point in result.points { try file.append(writer.line(of: point)) }
    for verdict in result.verdicts { try file.append(writer.line(of: verdict)) }
  }

  // MARK: Whole certificates

  /// True if a certificate of that name is written in lines.
  static func isInLines(_ path: String) -> Bool { path.lowercased().hasSuffix(".jsonl") }

  /// The bytes of a certificate in the form that its name asks for.
  static func bytes(of certificate: Certificate, for path: String) -> [UInt8] {
    guard isInLines(path) else { return certificate.encoded }
    var bytes: [UInt8] = []
    certificate.forEachLine { bytes += $0 }
    return bytes
  }
}
