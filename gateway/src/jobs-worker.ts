/** Thread of the long work: everything a request may ask for that grows with what it sends or what is stored. */
import { type BacktestJobs, backtestJob } from './backtest-job.ts';
import { appendDevices, appendPlace } from './config/append-devices.ts';
import { editDevice } from './config/edit-device.ts';
import { editLogins } from './config/edit-logins.ts';
import { parseParts } from './config/parse-config.ts';
import { setDeviceFields } from './config/set-device-fields.ts';
import { setDeviceSerial } from './config/set-device-serial.ts';
import { type ConsumptionJobs, consumptionJob, wasteJob } from './consumption-job.ts';
import type { GatewayJobs } from './gateway-jobs.ts';
import { onboardJobs } from './onboard-jobs.ts';
import { createReadBody } from './read-body.ts';
import { readRules } from './read-rules.ts';
import { answerJobs } from './shared/job-words.ts';

const backtest: BacktestJobs = { backtest: backtestJob };

answerJobs<GatewayJobs & BacktestJobs & ConsumptionJobs>({
  ...onboardJobs(),
  ...backtest,
  consumption: consumptionJob,
  waste: wasteJob,
  check: (texts) => parseParts(texts),
  append: ({ text, devices }) => appendDevices(text, devices),
  appendPlace: ({ text, place }) => appendPlace(text, place),
  editDevice: ({ text, edit }) => editDevice(text, edit),
  editLogins: ({ text, change }) => editLogins(text, change),
  setSerial: ({ text, id, serial }) => setDeviceSerial(text, id, serial),
  setFields: ({ text, id, fields }) => setDeviceFields(text, id, fields),
  readRules: (yaml) => readRules(yaml),
  readBody: createReadBody(),
});
